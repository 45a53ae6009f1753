"""Pages of the journal: its lines in words, what is unusual in them, and the proof that none was changed."""
