"""Editions of the rules of alarms: kept, reviewed, and standing over the town's files."""
