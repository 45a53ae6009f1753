"""Services of the town, and who belongs to them."""
