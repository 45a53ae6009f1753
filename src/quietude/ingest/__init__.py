"""How raw columns become facts: map, locate, qualify, protect, file."""
