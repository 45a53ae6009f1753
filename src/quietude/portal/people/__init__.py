"""The list of those who have an account, and tables of them."""
