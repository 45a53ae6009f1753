"""From facts that were filed to alarms that are kept: each judgement is whole, or was not made.

The engine works in memory; what moved is kept in one short transaction with the alarms that changed and the arrivals
that were judged. A process that dies in between judges them again, to the same alarms. Several processes may judge: who
began from a memory that another one has moved on since begins again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import polars as pl
from django.db import transaction
from django.db.models import F

from quietude.alarms.api import Change, Compiled, Engine, NumberEngine, moment_at, reach_back
from quietude.model.event import TimePrecision, event_schema
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.alarms import exercises
from quietude.portal.alarms.keeping import Kept, keep_changes, retire
from quietude.portal.alarms.models import Arrival, GroupMemory, Memory, RuleEdition, World
from quietude.portal.alarms.normals import month_of, with_normals
from quietude.portal.alarms.numbers import (
    REALITIES,
    arrived_numbers,
    number_engine,
    recall_numbers,
    recent_numbers,
    rules_on_facts,
)
from quietude.portal.town import current_store, current_town

VIEWER = Viewer.system("alarms")
ARRIVALS = 50  # judged at once
SHORT = timedelta(days=1)
"""All facts of so long are read at once for the rules that reach no further back; the others ask for their own."""
WITHDRAWN = "withdrawn:"


class OvertakenError(RuntimeError):
    """Another process judged meanwhile: begin again from what it kept."""


def played_until(world: World) -> datetime | None:
    """Return when what is played in a world ends; nothing is played in the real one."""
    return exercises.played_until() if world == World.EXERCISE else None


@dataclass(slots=True)
class Judge:
    """The rules of a town over the facts of one world."""

    world: World
    rules: tuple[Compiled, ...]
    engine: Engine
    numbers: NumberEngine
    revision: int
    month: date
    """Of the editions of what is normal."""
    played_until: datetime | None = None
    """When the exercise ends of which this world holds facts: nobody waits for more of them then."""
    editions: dict[str, RuleEdition] = field(default_factory=dict)
    """Those by which something rang since."""

    @classmethod
    def of(cls, world: World, rules: tuple[Compiled, ...], now: datetime) -> Judge:
        """Return a judge that goes on from what is kept; rules that are new or changed look back as far as they reach.

        Raises:
            OvertakenError: another process judged meanwhile.
        """
        rules, until = with_normals(rules, world, now), played_until(world)
        if until is not None:
            rules = tuple(each.playing(until) for each in rules)
        memory, _ = Memory.objects.get_or_create(world=world)
        engine = Engine(rules_on_facts(rules), current_town().timezone)
        numbers = number_engine(rules)
        same = {each.rule.name for each in rules if memory.rules.get(each.rule.name) == each.rule.digest}
        if memory.head:
            mine = [each.rule.name for each in engine.rules if each.rule.name in same]
            groups = GroupMemory.objects.filter(world=world, rule__in=mine).values_list("rule", "name", "state")
            engine.resume_parts(memory.head, {(rule, name): state for rule, name, state in groups})
            asked = [(each, moment_at(engine.facts_since(each))) for each in engine.rules if each.rule.name in same]
            engine.recall(of_world(_recent(asked, now), world))
            recall_numbers(numbers, same, world, engine.now, GroupMemory.objects.filter(world=world, rule__in=same))
        judge = cls(world, rules, engine, numbers, memory.revision, month_of(now), until)
        fresh = [each for each in rules if each.rule.name not in same]
        if fresh or memory.rules.keys() - {each.rule.name for each in rules}:
            judge._begin(fresh, now)
        return judge

    @property
    def oldest(self) -> timedelta:
        """Return how long ago a fact may have happened and still be judged."""
        return max((each.rule.late_by for each in self.rules), default=timedelta(0))

    def judge(self, now: datetime, *, arrivals: Sequence[Arrival] = ()) -> int:
        """Judge what arrived and what the clock says; return how many alarms changed.

        Raises:
            OvertakenError: another process judged meanwhile; this judge is of no more use.
            StoreError, DatabaseError: nothing was kept; this judge is of no more use.
        """
        facts = self._facts(arrivals, now)
        changes = self.engine.take(facts, now) if facts is not None else self.engine.advance(now)
        came = arrived_numbers(self.numbers, arrivals, self.world, now)
        changes += self.numbers.take(came, now) if came is not None else self.numbers.advance(now)
        moved = self.engine.moved() | self.numbers.moved()
        if not moved and not changes and facts is None:
            return 0
        return self._keep(changes, moved, now)

    def _facts(self, arrivals: Sequence[Arrival], now: datetime) -> pl.DataFrame | None:
        """Return the facts of this world that arrived, by their public names; None when there are none."""
        since = now - self.oldest
        moments: dict[str, list[datetime]] = {}
        for each in arrivals:
            moments.setdefault(each.source, []).append(each.received_at)
        parts = [current_store().arrived(source, received, since=since) for source, received in moments.items()]
        frames = [pl.DataFrame(part) for part in parts if part.num_rows]
        if not frames:
            return None
        return of_world(pl.concat(frames), self.world)

    def _begin(self, fresh: Sequence[Compiled], now: datetime) -> None:
        """Have rules that are new or changed look at what lies within their reach; those that are no more retire."""
        asked = [(each, now - reach_back(each.rule)) for each in rules_on_facts(fresh)]
        changes = self.engine.take(of_world(_recent(asked, now), self.world), now)
        changes += self.numbers.take(recent_numbers(self.numbers, fresh, self.world, now), now)
        self._keep(changes, self.engine.moved() | self.numbers.moved(), now, is_beginning=True)

    def _keep(
        self,
        changes: Sequence[Change],
        moved: dict[tuple[str, str], str | None],
        now: datetime,
        *,
        is_beginning: bool = False,
    ) -> int:
        digests = {each.rule.name: each.rule.digest for each in self.rules}
        with transaction.atomic():
            held = Memory.objects.filter(world=self.world, revision=self.revision)
            if not held.update(revision=F("revision") + 1, head=self.engine.head(), rules=digests):
                raise OvertakenError(self.world)
            self._note_editions(changes, now)
            named = {each.rule.name: each for each in self.rules}
            kept = Kept(self.world, self.editions, now, is_beginning=is_beginning, rules=named)
            changed = keep_changes(kept, changes)
            if is_beginning:
                changed += retire(self.world, digests, now)
                GroupMemory.objects.filter(world=self.world).exclude(rule__in=digests).delete()
            _keep_groups(self.world, moved)
            if changed:
                Memory.objects.filter(world=self.world).update(changes=F("changes") + 1)
        self.revision += 1
        return changed

    def _note_editions(self, changes: Sequence[Change], now: datetime) -> None:
        """Keep the rules by which something rings for the first time."""
        named = {change.alarm.episode.rule for change in changes} - self.editions.keys()
        for each in self.rules:
            rule = each.rule
            if rule.name in named:
                said = {"content": rule.model_dump(mode="json", by_alias=True), "since": now}
                found, _ = RuleEdition.objects.get_or_create(name=rule.name, digest=rule.digest, defaults=said)
                self.editions[rule.name] = found


def _recent(rules: Sequence[tuple[Compiled, datetime]], now: datetime) -> pl.DataFrame:
    """Return the facts that may still matter to some rules, each once; `rules` with the moment from which on."""
    short = [since for _, since in rules if now - since <= SHORT]
    questions = [replace(each.whole, since=since) for each, since in rules if now - since > SHORT]
    if short:
        questions.append(Filter(since=min(short)))
    levels = current_town().territory.level_names
    found = [current_store().query(VIEWER, question, order_by=("occurred_from",)) for question in questions]
    facts = pl.concat([pl.DataFrame(part) for part in (event_schema(levels).empty_table(), *found)])
    return facts.unique("id", maintain_order=True)


def of_world(facts: pl.DataFrame, world: World) -> pl.DataFrame:
    """Return the facts of a world; each is known to the engine by its public name, as alarms show it.

    One that was struck through, or left its source, rings nothing any more: as one that is known to the day only.
    """
    is_gone = pl.col("flags").list.eval(pl.element().str.starts_with(WITHDRAWN)).list.any().fill_null(value=False)
    precision = pl.when(is_gone).then(pl.lit(TimePrecision.DAY.value)).otherwise("time_precision")
    mine = facts.filter(pl.col("reality").is_in(REALITIES[world]))
    return mine.with_columns(uid=pl.col("id"), time_precision=precision)


def _keep_groups(world: World, moved: dict[tuple[str, str], str | None]) -> None:
    gone = [key for key, state in moved.items() if state is None]
    for rule in {rule for rule, _ in gone}:
        names = [name for of_rule, name in gone if of_rule == rule]
        GroupMemory.objects.filter(world=world, rule=rule, name__in=names).delete()
    there = [
        GroupMemory(world=world, rule=rule, name=name, state=state)
        for (rule, name), state in moved.items()
        if state is not None
    ]
    GroupMemory.objects.bulk_create(
        there, update_conflicts=True, unique_fields=["world", "rule", "name"], update_fields=["state"], batch_size=200
    )
