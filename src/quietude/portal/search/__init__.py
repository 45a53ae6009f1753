"""Search: one box over the texts of facts."""
