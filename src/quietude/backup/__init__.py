"""Encrypted copies of a whole town, made often and brought back whole."""
