"""Marks personal data and sensitive words in French free text, by the same rules on the server and in the browser."""
