"""The five logbooks, each in its service's own columns and with its own defects."""
