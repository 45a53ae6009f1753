"""One reader per form of file; each turns bytes into columns of text."""
