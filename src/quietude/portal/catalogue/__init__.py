"""The inventory of sources: owners, law, counts, quality, imports, quarantine."""
