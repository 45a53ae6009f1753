"""Duty rosters: who is on call for a service, by the week, with exceptions, and where nobody is."""
