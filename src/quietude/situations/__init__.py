"""Kinds of situations and their reflex sheets: read, checked, walked."""
