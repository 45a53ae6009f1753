"""What other pages show of shifts."""
