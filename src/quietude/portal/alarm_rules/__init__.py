"""The editor of the rules of alarms: forms and text, trials on past facts, reviews, and the load they make."""
