"""Names of the columns of a table of accounts, in the words of the screen."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: Mapping[str, str | Promise] = {
    "full_name": _("Full name"),
    "email": _("E-mail"),
    "role": _("Role"),
    "services": _("Services"),
    "purpose": _("Purpose"),
}
