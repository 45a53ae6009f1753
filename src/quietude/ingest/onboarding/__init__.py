"""A logbook nobody declared yet: what its columns hold, what they may mean, and the manifest that says so."""
