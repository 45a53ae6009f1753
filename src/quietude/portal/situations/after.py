"""After a situation: how long each part of it took, as a report and in figures over many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Prefetch

from quietude.portal.situations.models import SheetAct, Situation
from quietude.portal.situations.walking import walk_of
from quietude.situations.api import Fate, Stage, Walk

LEAST = 5
"""Fewer situations than this say nothing of how long one takes."""


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the parts of one situation took; None for what has not happened."""

    noticed: timedelta
    """From its beginning until it was opened."""
    to_start: timedelta | None
    to_resolve: timedelta | None
    """From when it was taken in hand."""
    to_close: timedelta | None
    whole: timedelta | None
    """From opened to resolved."""


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step of a kind over several situations."""

    key: str
    text: str
    times: int
    """How often it came up and was done or left out."""
    left_out: int
    late: int
    median: timedelta | None
    """None where fewer than five were done."""


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One kind over a period."""

    name: str
    title: str
    count: int
    resolved: int
    start_median: timedelta | None
    resolve_median: timedelta | None
    resolve_p90: timedelta | None
    mandatory_left_out: int
    steps: tuple[StepFigures, ...]


def durations_of(situation: Situation) -> Durations:
    """Return how long the parts of a situation took."""
    start, resolved, closed = situation.started_at, situation.resolved_at, situation.closed_at
    return Durations(
        noticed=max(timedelta(0), situation.opened_at - situation.began_at),
        to_start=start - situation.opened_at if start is not None else None,
        to_resolve=resolved - start if resolved is not None and start is not None else None,
        to_close=closed - resolved if closed is not None and resolved is not None else None,
        whole=resolved - situation.opened_at if resolved is not None else None,
    )


def figures_of(since: datetime, until: datetime, language: str, *, world: str) -> list[KindFigures]:
    """Return figures of the situations opened in a period, by kind, the most frequent first.

    Medians are told from five situations on; exercises and real ones apart.
    """
    acts = Prefetch("sheet_acts", SheetAct.objects.filter(removed_at=None))
    found = Situation.objects.filter(opened_at__gte=since, opened_at__lt=until, world=world, merged_into=None)
    by_kind: dict[str, list[Situation]] = {}
    for situation in found.select_related("edition").prefetch_related(acts):
        by_kind.setdefault(situation.kind, []).append(situation)
    figures = [_of_kind(name, situations, language) for name, situations in by_kind.items()]
    return sorted(figures, key=lambda each: (-each.count, each.title))


def _of_kind(name: str, situations: Sequence[Situation], language: str) -> KindFigures:
    spent = [durations_of(situation) for situation in situations]
    walks = [walk_of(situation) for situation in situations]
    newest = max(situations, key=lambda situation: situation.edition_id).edition.kind
    return KindFigures(
        name=name,
        title=newest.title.say(language),
        count=len(situations),
        resolved=sum(each.whole is not None for each in spent),
        start_median=_quantile([each.to_start for each in spent], 0.5),
        resolve_median=_quantile([each.whole for each in spent], 0.5),
        resolve_p90=_quantile([each.whole for each in spent], 0.9),
        mandatory_left_out=sum(len(walk.left_out) for walk in walks),
        steps=tuple(_of_step(step.key, step.text.say(language), walks) for step in newest.sheet.steps),
    )


def _of_step(key: str, text: str, walks: Sequence[Walk]) -> StepFigures:
    stages: list[Stage] = [
        stage for walk in walks for stage in walk.stages if stage.step.key == key and stage.acted is not None
    ]
    late = [stage for stage in stages if stage.acted is not None and stage.is_late(stage.acted.at)]
    return StepFigures(
        key=key,
        text=text,
        times=len(stages),
        left_out=sum(stage.fate is Fate.SKIPPED for stage in stages),
        late=len(late),
        median=_quantile([stage.took for stage in stages if stage.fate is Fate.DONE], 0.5),
    )


def _quantile(spans: Sequence[timedelta | None], share: float) -> timedelta | None:
    known = [span.total_seconds() for span in spans if span is not None]
    return timedelta(seconds=float(np.quantile(known, share))) if len(known) >= LEAST else None
