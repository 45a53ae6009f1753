"""Alerts of algorithmic video: the gate that lets through what an authorisation allows, and nothing else."""
