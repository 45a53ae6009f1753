"""The same fact in several logbooks: candidate pairs, how alike they are, and how likely one fact is behind both."""
