"""Tags of the identity provider."""
