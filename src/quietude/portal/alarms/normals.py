"""What is normal for the groups of rules that ring on a departure: learned by month, kept, and used again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl
from django.db.models import OuterRef, Subquery

from quietude.alarms.api import (
    LEAST_WEEKS,
    Compiled,
    Normal,
    columns_needed,
    departure_in,
    fixed_moments,
    learn,
    weeks_before,
)
from quietude.model.event import Reality
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import SeasonNormal, World
from quietude.portal.town import current_store, current_town, town_day

VIEWER = Viewer.system("alarms")
LEARNED_FROM = {
    World.REAL: (Reality.REAL.value,),
    World.EXERCISE: (Reality.REAL.value, Reality.FICTIONAL.value),  # what is played in exercises happened before
}
MOST_SILENT = 20
"""Rules that are said to know too little, at most."""


def month_of(now: datetime) -> date:
    """Return the month of a moment, by the town's clock: a new one has new editions."""
    return town_day(now).replace(day=1)


def with_normals(rules: Sequence[Compiled], world: World, now: datetime) -> tuple[Compiled, ...]:
    """Return rules with the editions of this month and the one before; those that are not kept yet are learned."""
    return tuple(
        each.with_normals([_edition(each, world, moment) for moment in _moments(now)])
        if departure_in(each.rule.when) is not None
        else each
        for each in rules
    )


def learned_over(each: Compiled, since: date, until: date) -> Compiled:
    """Return a rule with what was normal before each month of a period, for a trial: nothing of it is kept."""
    if departure_in(each.rule.when) is None:
        return each
    moments = fixed_moments(since, until, each.clock.timezone)
    return each.with_normals([learn(each, _facts(each, World.REAL, moment), moment, each.clock) for moment in moments])


def too_little() -> list[SeasonNormal]:
    """Return the newest editions of real facts that say nothing: too few complete weeks are there to learn from."""
    newest = SeasonNormal.objects.filter(world=World.REAL, rule=OuterRef("rule")).order_by("-since", "-pk")
    found = SeasonNormal.objects.filter(pk=Subquery(newest.values("pk")[:1]), weeks__lt=LEAST_WEEKS)
    return list(found.order_by("rule")[:MOST_SILENT])


def _moments(now: datetime) -> tuple[datetime, ...]:
    month = month_of(now)
    before = (month - timedelta(days=1)).replace(day=1)
    return fixed_moments(before, month, current_town().timezone)


def _edition(each: Compiled, world: World, moment: datetime) -> Normal:
    named = {"world": world, "rule": each.rule.name, "digest": each.rule.digest, "since": moment}
    kept = SeasonNormal.objects.filter(**named).first()
    if kept is None:
        normal = learn(each, _facts(each, world, moment), moment, each.clock)
        said = {"weeks": normal.weeks, "content": normal.said()}
        kept, _ = SeasonNormal.objects.get_or_create(**named, defaults=said)
    return Normal.of(kept.content)


def _facts(each: Compiled, world: World, moment: datetime) -> pl.DataFrame:
    begin, end = weeks_before(moment, each.clock.timezone)
    columns = sorted({*columns_needed(each), "reality"})
    question = replace(each.whole, since=begin, until=end)
    facts = pl.DataFrame(current_store().query(VIEWER, question, columns=columns, order_by=()))
    return facts.filter(pl.col("reality").is_in(LEARNED_FROM[world]))
