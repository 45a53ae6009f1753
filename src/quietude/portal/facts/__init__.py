"""One fact, whole: what its source said beside what we made of it."""
