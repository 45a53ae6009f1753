"""Links in the life of data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (
    Rows(table="links.Link", title=_("Links between entries"), fact="first"),
    Rows(table="links.Refusal", title=_("Links turned down"), fact="first"),
)
