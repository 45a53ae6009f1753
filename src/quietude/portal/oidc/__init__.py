"""Signing in by an identity provider that speaks OpenID Connect, such as ProConnect."""
