"""The inbox in the life of data: what waits in it is filed within seconds, then lives as facts do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import Rows

PARTICIPANTS = (
    Rows(table="flows.Delivery", title=_("Records that were received and are not filed yet")),
    Rows(table="flows.AlertChain", title=_("Chains of alerts that may still be corrected")),
    Rows(table="flows.AlertMessage", title=_("Alerts that may still be corrected")),
    Rows(table="flows.TakenFile", title=_("Files of watched folders that are being taken")),
)
