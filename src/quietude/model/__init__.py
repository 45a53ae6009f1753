"""The words everything else is said in: facts, numbers, places, questions and readers. Pure: no I/O, no Django."""
