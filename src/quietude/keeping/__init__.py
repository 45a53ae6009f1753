"""The life of data: what each column holds and why, how long it stays, how it leaves, and what a person may ask."""
