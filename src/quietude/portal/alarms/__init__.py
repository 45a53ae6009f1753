"""Alarms as people meet them: kept, shown in a tray, taken, set aside; the engine judges, this remembers."""
