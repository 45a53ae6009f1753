"""Authorisations of algorithmic video: kept, withdrawn, and read by the door of the flows."""
