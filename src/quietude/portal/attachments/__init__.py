"""Photographs and PDF of entries: taken without what tells of their author, blurred for good, gone with the entry."""
