"""What of the facts each role may read: a role's grants, as the store understands them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role

FREE_TEXT = frozenset({"title", "text", "attributes"})
"""What people wrote in their own words, where a name may have slipped through the masking."""
RECORD = frozenset({"source_key", "source_category"})
"""What leads back to the source's own record."""
EXACT_PLACE = frozenset({"lon_deg", "lat_deg", "place_label", "h3"})
"""What says where more finely than a zone."""

_ALL = Filter()

GRANTS: Mapping[Role, Grant] = MappingProxyType(
    {
        Role.AGENT: Grant(purpose="operations", rows=_ALL, ceiling=Sensitivity.INTERNAL),
        Role.ANALYST: Grant(
            purpose="analysis", rows=_ALL, ceiling=Sensitivity.INTERNAL, masked=FREE_TEXT | {"source_key"}
        ),
        Role.ELECTED: Grant(
            purpose="oversight", rows=_ALL, ceiling=Sensitivity.INTERNAL, masked=FREE_TEXT | RECORD | EXACT_PLACE
        ),
        Role.DATA_MANAGER: Grant(purpose="data_quality", rows=_ALL, ceiling=Sensitivity.RESTRICTED),
        Role.ADMINISTRATOR: Grant(
            purpose="administration", rows=_ALL, ceiling=Sensitivity.INTERNAL, masked=FREE_TEXT | RECORD | EXACT_PLACE
        ),
    }
)
"""Role to its grant on administrative records (RGPD)."""

PURPOSES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "operations": _("Daily tranquility work"),
        "analysis": _("Analysis, without free text"),
        "oversight": _("Public oversight, in aggregate"),
        "data_quality": _("Quality of the data"),
        "administration": _("Administration of the portal"),
    }
)
"""Purpose to its words, as shown in the header of every page."""


def viewer_for(user: User) -> Viewer:
    """Return the reader that an account is; a closed account reads nothing."""
    if not user.is_active:
        return Viewer.nobody()
    role = Role(user.role)
    grant = GRANTS[role]
    grants = [grant]
    if user.has_penal_clearance and role not in {Role.ELECTED, Role.ADMINISTRATOR}:
        penal = frozenset({Regime.TITRE_III})
        grants.append(
            Grant(purpose=grant.purpose, rows=_ALL, ceiling=Sensitivity.RESTRICTED, regimes=penal, masked=grant.masked)
        )
    return Viewer(who=f"user:{user.pk}", grants=tuple(grants), purpose=grant.purpose)


def viewer_of(request: HttpRequest) -> Viewer:
    """Return the reader who asks; nobody when no one is signed in."""
    user = request.user
    return Viewer.nobody() if isinstance(user, AnonymousUser) else viewer_for(user)
