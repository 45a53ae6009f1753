"""Tags of the editor of rules."""
