"""Documents of the city: the text in a file of any kind, read apart from the server, and what it says."""
