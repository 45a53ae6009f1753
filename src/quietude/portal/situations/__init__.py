"""Situations: what is going on and is being handled, with its reflex sheet, tasks, units, map and log."""
