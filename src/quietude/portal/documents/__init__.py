"""Documents of the city: kept whole, read page by page, within each reader's rights."""
