"""The reader that an account is: its grants under one purpose, compiled for the store; nothing without a grant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant as ViewerGrant
from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.rights.groups import Group
from quietude.portal.rights.models import Grant, Level, Opening, Purpose, State
from quietude.portal.town import town_day

CHOSEN = "purpose"
"""Where a session keeps the purpose that its person works under."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account may do with facts at a moment."""

    viewer: Viewer
    purpose: Purpose | None
    purposes: tuple[Purpose, ...]
    """All that the account may work under now."""
    grants: tuple[Grant, ...]
    """The active grants under the purpose."""
    opening: Opening | None
    """What is opened on demand under the purpose."""

    @property
    def on_demand(self) -> frozenset[Group]:
        """Return the groups of columns that some grant opens on demand."""
        listing = [grant for grant in self.grants if grant.level == Level.LIST]
        return frozenset(group for grant in listing for group in Group if grant.access(group) == "on_demand")


def standing_of(user: User, chosen: str | None = None, *, now: datetime | None = None) -> Standing:
    """Return what an account may do now, under the chosen purpose or, where it may not work under that, its first."""
    now = now or timezone.now()
    nothing = Standing(Viewer.nobody(), None, (), (), None)
    if not user.is_active:
        return nothing
    today = town_day(now)
    held = Grant.objects.filter(holder_id=user.pk, withdrawn_at=None).select_related("purpose").order_by("pk")
    active = [grant for grant in held if grant.state(today) is State.ACTIVE]
    purposes = {grant.purpose.code: grant.purpose for grant in active}
    if not purposes:
        return nothing
    purpose = purposes.get(chosen or "", next(iter(purposes.values())))
    grants = tuple(grant for grant in active if grant.purpose_id == purpose.pk)
    found = Opening.objects.filter(holder_id=user.pk, purpose=purpose, closed_at=None, until__gt=now).first()
    opening = found if found is not None and found.is_in_force(now) else None
    opened = frozenset(Group) if opening is not None else frozenset[Group]()
    compiled = [grant.compiled(opened) for grant in grants if grant.level == Level.LIST]
    if opening is not None and opening.kind == Opening.Kind.BREAK_GLASS:
        compiled.append(broken_glass(purpose))
    viewer = Viewer(
        who=f"user:{user.pk}",
        grants=tuple(compiled),
        purpose=purpose.code,
        motive=opening.said_motive if opening is not None else None,
        counted=tuple(grant.compiled() for grant in grants if grant.level == Level.COUNT),
        least=purpose.least,
    )
    return Standing(viewer, purpose, tuple(purposes.values()), grants, opening)


def broken_glass(purpose: Purpose) -> ViewerGrant:
    """Return what broken glass opens: all facts of the purpose's regime, up to restricted ones, whole."""
    return ViewerGrant(
        purpose=purpose.code,
        rows=Filter(),
        ceiling=Sensitivity.RESTRICTED,
        regimes=frozenset({Regime(purpose.regime)}),
    )


def viewer_for(user: User, chosen: str | None = None) -> Viewer:
    """Return the reader that an account is; a closed account, or one without a grant, reads nothing."""
    return standing_of(user, chosen).viewer


def standing_in(request: HttpRequest) -> Standing:
    """Return what whoever asks may do now, worked out once a request."""
    found: Standing | None = getattr(request, "quietude_standing", None)
    if found is None:
        user = request.user
        nobody = Standing(Viewer.nobody(), None, (), (), None)
        found = nobody if isinstance(user, AnonymousUser) else standing_of(user, request.session.get(CHOSEN))
        request.quietude_standing = found  # type: ignore[attr-defined]  # a request carries what was found of it
    return found


def viewer_of(request: HttpRequest) -> Viewer:
    """Return the reader who asks; nobody when no one is signed in."""
    return standing_in(request).viewer
