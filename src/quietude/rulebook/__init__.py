"""The rules of law that the software enforces, as dated data with their sources, and the tests that prove them."""
