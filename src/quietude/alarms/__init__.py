"""Alarms: rules over facts as they come, what rings, what becomes of it."""
