"""Quiétude: the city's memory, eyes and notebook for public tranquility."""

__version__ = "0.1.0"
