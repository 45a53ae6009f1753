"""The wizard of old logbooks: from a file nobody declared to a source that is imported, and back."""
