"""Tags of services."""
