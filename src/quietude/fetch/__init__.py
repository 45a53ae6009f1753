"""The only way out: every request to another server is judged, pinned to an address, and bounded."""
