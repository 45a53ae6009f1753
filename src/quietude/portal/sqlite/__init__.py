"""Django's SQLite, where those of one process who write wait for each other in the order they came; see `base`."""
