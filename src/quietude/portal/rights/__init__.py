"""What each account may read, for which purpose: purposes, grants, what is opened on demand, their pages."""
