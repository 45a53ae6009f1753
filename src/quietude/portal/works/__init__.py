"""Planned works: what people confirmed of orders on traffic, for alarms and situations."""
