"""Connectors: places of other systems whose documents are followed, and never altered."""
