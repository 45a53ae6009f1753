"""Explore: one selection of facts as list, map and time line, linked."""
