"""Saved searches: what a person wants to hear of, and what rang for them."""
