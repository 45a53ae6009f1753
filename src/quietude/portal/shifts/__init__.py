"""Shifts: who is on duty, what they were told, what they hand over, and what they sign."""
