"""The engine: facts and the clock go in, what becomes of alarms comes out.

What rings is a function of the facts: in whatever order they come, as long as each comes within its rule's lateness,
the same alarms are there in the end. Nothing here reads a clock, a file or a database.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain

import polars as pl

from quietude.alarms.calendar import micros_at
from quietude.alarms.compiled import Compiled, with_cells
from quietude.alarms.conditions import micros
from quietude.alarms.episode import Alarm, Change, Episode, Happened
from quietude.alarms.group import Group
from quietude.alarms.index import Index, Place
from quietude.alarms.known import Known
from quietude.alarms.memory import STATE_EDITION, check_edition, group_of, group_text
from quietude.alarms.rule import Rule
from quietude.alarms.spans import NEVER
from quietude.model.event import EVENT_FIELDS, TimePrecision, event_of

Taken = tuple[str, int, str | None]
"""uid, moment in microseconds, group."""
AT = "at_us"
TIMED = (TimePrecision.MINUTE.value, TimePrecision.HOUR.value)
"""Facts that say no hour ring nothing: they would all have happened at midnight."""


@dataclass
class Engine:
    """All rules of a town, or a part of them: rules know nothing of each other."""

    rules: tuple[Compiled, ...]
    timezone: str
    now: int = NEVER
    """The latest moment that the clock has shown; a clock that goes back is not followed."""
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    """By rule and group."""
    known: Known = field(default_factory=Known)
    late: int = 0
    """Facts that came too late for a rule, since the start."""
    _moved: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def index(self) -> Index:
        """Return where scopes are looked up."""
        return Index(self.rules)

    @cached_property
    def _lateness(self) -> int:
        return max((micros(each.rule.lateness) for each in self.rules), default=0)

    def take(self, facts: pl.DataFrame, now: datetime) -> tuple[Change, ...]:
        """Return what became of alarms by facts that came, and by the clock.

        `facts` has the columns of `event_schema`; a fact that is there already is replaced, whatever is wrong with
        its time: one of the future waits for its moment.
        """
        self._tick(now)
        touched: set[tuple[str, str]] = set()
        if facts.height:
            self._add(self._newest(facts, touched), touched)
        return tuple(self._judged(touched))

    def recall(self, facts: pl.DataFrame) -> None:
        """Know again the facts that were judged before a restart; judges nothing.

        `facts` are those of the store that are within the rules' reach, columns of `event_schema`. Those that came too
        late for a rule then are left out again.
        """
        if facts.is_empty():
            return
        timed = facts.filter(pl.col("time_precision").is_in(TIMED)).with_columns(
            pl.col("occurred_from").dt.epoch("us").alias(AT)
        )
        delays = dict(zip(timed["uid"], timed["received_at"].dt.epoch("us") - timed[AT], strict=True))
        for (place, leaf), rows in self._all_at_once(with_cells(timed, self.rules)):
            rule = self.rules[place].rule
            in_time = [row for row in rows if delays[row[0]] <= micros(rule.lateness)]
            self._put(rule, leaf, in_time)

    def advance(self, now: datetime) -> tuple[Change, ...]:
        """Return what became of alarms by the clock alone."""
        self._tick(now)
        return tuple(self._judged(set()))

    def standing(self) -> tuple[Alarm, ...]:
        """Return the alarms that may still change, by rule, group and time."""
        return tuple(alarm for key in sorted(self.groups) for alarm in self.groups[key].alarms)

    def _tick(self, now: datetime) -> None:
        self.now = max(self.now, micros_at(now))

    def _newest(self, facts: pl.DataFrame, touched: set[tuple[str, str]]) -> pl.DataFrame:
        """Return facts without versions that are outdated, and forget earlier versions of what was corrected."""
        facts = facts.with_columns(pl.col("occurred_from").dt.epoch("us").alias(AT))
        outdated = []
        for uid, version, at in facts.filter(pl.col("version") > 1).select("uid", "version", AT).iter_rows():
            if not self.known.is_outdated(uid, version):
                for key in self.known.correct(uid, version, at):
                    if key in self.groups:
                        self.groups[key].drop(uid)
                        touched.add(key)
        if self.known.versions:
            seen = facts.select("uid", "version").iter_rows()
            outdated = [number for number, row in enumerate(seen) if self.known.is_outdated(*row)]
        kept = facts.with_row_index("row").filter(~pl.col("row").is_in(outdated)).drop("row") if outdated else facts
        return kept.filter(pl.col("time_precision").is_in(TIMED))

    def _add(self, facts: pl.DataFrame, touched: set[tuple[str, str]]) -> None:
        facts = with_cells(facts, self.rules)
        holding = self._one_by_one(facts) if _are_few(facts, self.rules) else self._all_at_once(facts)
        for (place, leaf), rows in holding:
            self._give(self.rules[place].rule, leaf, rows, touched)

    def _all_at_once(self, facts: pl.DataFrame) -> Iterator[tuple[Place, Iterable[Taken]]]:
        """Yield for each scope the facts that it holds, by columns: for many facts."""
        for place, each in enumerate(self.rules):
            group = pl.lit("") if each.group_column is None else pl.col(each.group_column)
            for leaf, mask in enumerate(each.masks(facts.columns)):
                found = facts.filter(mask).select("uid", AT, group.alias("group"))
                if found.height:
                    yield (place, leaf), found.iter_rows()

    def _one_by_one(self, facts: pl.DataFrame) -> Iterator[tuple[Place, Iterable[Taken]]]:
        """Yield for each scope the facts that it holds, by looking up each fact: for many rules."""
        taken: dict[Place, list[Taken]] = defaultdict(list)
        for row in facts.iter_rows(named=True):
            for place in self.index.holding(event_of(row)):
                column = self.rules[place[0]].group_column
                taken[place].append((row["uid"], row[AT], "" if column is None else row[column]))
        yield from sorted(taken.items())

    def _give(self, rule: Rule, leaf: int, rows: Iterable[Taken], touched: set[tuple[str, str]]) -> None:
        oldest = self.now - micros(rule.lateness)
        mine = [row for row in rows if row[2] is not None]
        in_time = [row for row in mine if row[1] >= oldest]
        self.late += len(mine) - len(in_time)
        touched |= self._put(rule, leaf, in_time)

    def _put(self, rule: Rule, leaf: int, rows: Iterable[Taken]) -> set[tuple[str, str]]:
        """Put facts in their groups; return these."""
        found = set()
        for uid, at, name in rows:
            if name is None:
                continue
            key = (rule.name, name)
            group = self.groups.get(key)
            if group is None:
                group = self.groups[key] = Group.of(rule, name)
            group.take(leaf, (at, uid))
            self.known.put(uid, key, at)
            found.add(key)
        return found

    def _judged(self, touched: set[tuple[str, str]]) -> Iterator[Change]:
        self.known.forget(self.now - self._lateness)
        rules = {each.rule.name: each.rule for each in self.rules}
        due = {key for key, group in self.groups.items() if group.wake <= self.now}
        for key in sorted(touched | due):
            group = self.groups[key]
            self._moved.add(key)
            yield from group.judge(rules[key[0]], self.timezone, self.now)
            if group.is_idle:
                del self.groups[key]

    def moved(self) -> dict[tuple[str, str], str | None]:
        """Return the groups that changed since this was asked last, by rule and name; None when one is forgotten.

        As JSON, without their facts but the last: see `recall`.
        """
        moved, self._moved = self._moved, set()
        return {
            key: group_text(group) if (group := self.groups.get(key)) is not None else None for key in sorted(moved)
        }

    def head(self) -> str:
        """Return what the engine remembers besides its groups, as JSON."""
        said = {"edition": STATE_EDITION, "now": self.now, "late": self.late, "versions": self.known.versions}
        return json.dumps(said)

    def state(self) -> str:
        """Return all that the engine remembers, as JSON."""
        groups = [{"rule": rule, **asdict(group)} for (rule, _), group in sorted(self.groups.items())]
        return json.dumps(json.loads(self.head()) | {"groups": groups})

    def resume(self, state: str) -> None:
        """Go on from what an engine of the same rules remembered; groups of rules that are no more are left out.

        Raises:
            ValueError: the state is of another edition of the software.
        """
        said = json.loads(state)
        self.resume_parts(state, {(each.pop("rule"), each["name"]): json.dumps(each) for each in said["groups"]})

    def resume_parts(self, head: str, groups: Mapping[tuple[str, str], str]) -> None:
        """Go on from what `head` and `moved` gave, all of it together; their facts come by `recall`.

        Raises:
            ValueError: the state is of another edition of the software.
        """
        said = json.loads(head)
        check_edition(said)
        known = {each.rule.name for each in self.rules}
        self.now, self.late = said["now"], said["late"]
        self.groups = {key: group_of(json.loads(text)) for key, text in groups.items() if key[0] in known}
        self.known, self._moved = Known(), set()
        for uid, (version, at) in said["versions"].items():
            self.known.correct(uid, version, at)
        for key, group in self.groups.items():
            for at, uid in chain.from_iterable(group.leaves):
                self.known.put(uid, key, at)


def _are_few(facts: pl.DataFrame, rules: Sequence[Compiled]) -> bool:
    """Tell whether to look facts up one by one: 50 µs each, where a scope asked of a column takes 500."""
    is_whole = all(field.name in facts.columns for field in EVENT_FIELDS)
    return is_whole and facts.height < 10 * len(rules)


def episodes(each: Compiled, facts: pl.DataFrame, timezone: str, until: datetime) -> tuple[Episode, ...]:
    """Return what a rule would have rung on facts that are all there, up to a moment: for a look back."""
    engine = Engine((each,), timezone)
    changes: list[Change] = []
    if facts.height:
        first: datetime = facts.sort("occurred_from")["occurred_from"][0]
        changes += engine.take(facts, min(until, first))  # what comes later waits for its moment
    return standing_after([*changes, *engine.advance(until)])


def standing_after(changes: Sequence[Change]) -> tuple[Episode, ...]:
    """Return the episodes that are left when everything happened, by rule, group and time."""
    alarms: dict[str, Episode] = {}
    for change in changes:
        if change.happened is Happened.WITHDRAWN:
            del alarms[change.alarm.id]
        else:
            alarms[change.alarm.id] = change.alarm.episode
    return tuple(sorted(alarms.values(), key=lambda episode: (episode.rule, episode.group, episode.began)))


def rules_of(rules: Sequence[Compiled], part: int, parts: int) -> tuple[Compiled, ...]:
    """Return the rules that one of several workers judges."""
    return tuple(rules[part::parts])
