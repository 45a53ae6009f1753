"""Tables of duty rosters."""
