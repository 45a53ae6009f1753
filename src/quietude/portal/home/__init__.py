"""The situation: the town today, in ten seconds of reading."""
