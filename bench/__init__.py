"""Measurements: each module prints its figures as ratios against a peer or a limit taken in the same run."""
