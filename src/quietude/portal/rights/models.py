"""Purposes, grants, and what was opened on demand. Nothing here is ever deleted: it is withdrawn, ended or closed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from quietude.model.disclosure import LEAST
from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.viewer import Grant as ViewerGrant
from quietude.portal.accounts.models import User
from quietude.portal.rights.groups import COLUMNS, Access, Group, Motive

REGIMES = [(Regime.RGPD.value, _("administrative (GDPR)")), (Regime.TITRE_III.value, _("penal (title III)"))]
CEILINGS = [
    (Sensitivity.PUBLIC.value, _("public")),
    (Sensitivity.INTERNAL.value, _("internal")),
    (Sensitivity.RESTRICTED.value, _("restricted")),
    (Sensitivity.CONFIDENTIAL.value, _("confidential")),
]

USUAL_ACT = gettext_noop("usual for the role")
"""Act of designation of a grant that comes with a role, kept in the language of whoever gave it."""


class Purpose(models.Model):
    """An entry of the register of processing: why facts are read, by which law, and who is told."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    title_fr = models.CharField(_("Title in French"), max_length=120)
    title_en = models.CharField(_("Title in English"), max_length=120)
    why = models.TextField(_("Why"), help_text=_("What the facts are read for, in a sentence or two."))
    legal_basis = models.CharField(_("Legal basis"), max_length=300)
    regime = models.CharField(_("Regime"), max_length=20, choices=REGIMES, default=Regime.RGPD.value)
    recipients = models.CharField(_("Recipients"), max_length=300, blank=True)
    duration = models.CharField(
        _("Duration"),
        max_length=12,
        default="P3Y",
        help_text=_("How long facts are read for it: P3Y is three years, P6M six months."),
        validators=[RegexValidator(r"^P(\d+Y)?(\d+M)?(\d+D)?\Z", _("Write it like P3Y, P6M or P30D."))],
    )
    least = models.PositiveSmallIntegerField(
        _("Smallest count told"),
        default=LEAST,
        help_text=_("Of facts that may only be counted, fewer than this are not told."),
        validators=[MinValueValidator(LEAST), MaxValueValidator(100)],
    )
    needs_training = models.BooleanField(_("Only for persons designated and trained"), default=False)
    is_open = models.BooleanField(_("In use"), default=True)

    class Meta:
        """In the order of the register."""

        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code

    def say(self, language: str) -> str:
        """Return the title in a language."""
        return self.title_en if language == "en" else self.title_fr


class State(StrEnum):
    """Whether a grant opens anything, and why not."""

    ACTIVE = "active"
    FUTURE = "future"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    UNTRAINED = "untrained"
    UNUSED = "unused"
    """Its purpose is not in use."""


class Level(models.TextChoices):
    """How far a grant goes."""

    LIST = "list", _("list them")
    COUNT = "count", _("count them only, small counts withheld")


class Grant(models.Model):
    """What one person may read for one purpose: which facts, which columns of them, from when to when, by which act."""

    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants", verbose_name=_("Person"))
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="grants", verbose_name=_("Purpose"))
    level = models.CharField(_("What for"), max_length=10, choices=Level.choices, default=Level.LIST)
    sources = models.JSONField(default=list, blank=True)
    """Names of sources; none means all."""
    categories = models.JSONField(default=list, blank=True)
    """Codes of the vocabulary; none means all."""
    zones = models.JSONField(default=list, blank=True)
    """"level:code" each; none means the whole town."""
    ceiling = models.CharField(
        _("Up to sensitivity"), max_length=20, choices=CEILINGS, default=Sensitivity.INTERNAL.value
    )
    title = models.CharField(_("Title"), max_length=10, choices=Access.choices, default=Access.CLOSED)
    text = models.CharField(_("Free text"), max_length=10, choices=Access.choices, default=Access.CLOSED)
    record = models.CharField(
        _("Reference in the source"), max_length=10, choices=Access.choices, default=Access.CLOSED
    )
    place = models.CharField(_("Exact place"), max_length=10, choices=Access.choices, default=Access.CLOSED)
    since = models.DateField(_("From"))
    until = models.DateField(_("Until"), null=True, blank=True)
    """Last day."""
    designation = models.CharField(_("Act of designation"), max_length=200, blank=True)
    trained_on = models.DateField(_("Trained on"), null=True, blank=True)
    training_until = models.DateField(_("Training valid until"), null=True, blank=True)
    given_by = models.CharField(max_length=80)
    given_at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    """Last yearly review that confirmed it."""
    reviewed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["holder__username", "purpose__code", "-since"]

    def __str__(self) -> str:
        return f"{self.holder} · {self.purpose}"

    @property
    def act(self) -> str:
        """Return the act of designation; of a grant that came with the role, in the reader's language."""
        return gettext(USUAL_ACT) if self.designation in _usual_acts() else self.designation

    def state(self, today: date) -> State:
        """Return whether the grant opens anything on a day."""
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if not self.purpose.is_open:
            return State.UNUSED
        if today < self.since:
            return State.FUTURE
        if self.until is not None and today > self.until:
            return State.ENDED
        if self.purpose.needs_training and not self._is_trained(today):
            return State.UNTRAINED
        return State.ACTIVE

    def _is_trained(self, today: date) -> bool:
        if not self.designation or self.trained_on is None or self.training_until is None:
            return False
        return self.trained_on <= today <= self.training_until

    def access(self, group: Group) -> Access:
        """Return how a group of columns is treated."""
        return Access(getattr(self, group.value))

    def rows(self) -> Filter:
        """Return the facts that the grant is about."""
        zones = tuple(tuple(zone.split(":", 1)) for zone in self.zones)
        return Filter(
            sources=Choice(tuple(self.sources)),
            categories=Choice(tuple(self.categories)),
            zones=ZoneChoice(tuple((level, code) for level, code in zones)),
        )

    def compiled(self, opened: frozenset[Group] = frozenset()) -> ViewerGrant:
        """Return the grant as the store understands it; `opened` are the groups that were opened on demand."""
        masked = frozenset[str]()
        for group in Group:
            access = self.access(group)
            if access == Access.CLOSED or (access == Access.ON_DEMAND and group not in opened):
                masked |= COLUMNS[group]
        return ViewerGrant(
            purpose=self.purpose.code,
            rows=self.rows(),
            ceiling=Sensitivity(self.ceiling),
            regimes=frozenset({Regime(self.purpose.regime)}),
            masked=masked,
        )


class Opening(models.Model):
    """Closed columns opened for the time of a task, or the glass broken: by whom, for which purpose and motive."""

    class Kind(models.TextChoices):
        """How far it opens."""

        ON_DEMAND = "on_demand", _("on demand")
        BREAK_GLASS = "break_glass", _("glass broken")

    class Verdict(models.TextChoices):
        """What the review found."""

        JUSTIFIED = "justified", _("justified")
        UNJUSTIFIED = "unjustified", _("not justified")

    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="openings")
    purpose = models.ForeignKey(Purpose, on_delete=models.PROTECT, related_name="openings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    motive = models.CharField(_("Motive"), max_length=12, choices=Motive.choices)
    words = models.CharField(_("In my own words"), max_length=200, blank=True)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    finding = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    """When the mail server took the message to those who judge it."""
    mail_fault = models.CharField(max_length=200, blank=True)
    """Why it took none: the kind of fault, no address."""

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-opened_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["holder", "until"])]

    def __str__(self) -> str:
        return f"{self.holder} {self.kind} {self.opened_at:%Y-%m-%d %H:%M}"

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether it opens anything at a moment."""
        return self.closed_at is None and self.opened_at <= now < self.until

    @property
    def said_motive(self) -> str:
        """Return the motive as the journal keeps it."""
        return f"{self.motive}: {self.words}" if self.words else self.motive


@cache
def _usual_acts() -> frozenset[str]:
    def said(language: str) -> str:
        with override(language):
            return gettext(USUAL_ACT)

    return frozenset(said(language) for language, _name in settings.LANGUAGES)
