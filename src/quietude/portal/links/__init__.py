"""Links: entries of several logbooks that tell of the same fact, each kept as its service wrote it."""
