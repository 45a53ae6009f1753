"""How questions are answered: rights first, then the rows, counts, cells and tiles."""
