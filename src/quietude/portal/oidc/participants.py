"""The tables of signing in by the identity provider, in the life of data."""

from __future__ import annotations

from quietude.portal.participants import Rows

PARTICIPANTS = (Rows(table="oidc.OidcLink"), Rows(table="oidc.OidcLogout"))
