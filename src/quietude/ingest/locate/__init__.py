"""Where a fact happened: coordinates in any trap met, else the address through the town's names, with honest doubt."""
