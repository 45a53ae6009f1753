"""Where facts are kept: one door in front of the engines."""
