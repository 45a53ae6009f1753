"""The rulebook, read in the portal: what the law asks, where the software obeys it, which tests prove it."""
