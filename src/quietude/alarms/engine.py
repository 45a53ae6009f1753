"""The engine: facts and the clock go in, what becomes of alarms comes out.

What rings is a function of the facts: in whatever order they come, as long as each comes within its rule's lateness,
the same alarms are there in the end. Nothing here reads a clock, a file or a database.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain

import polars as pl

from quietude.alarms.compiled import TIMED, Compiled
from quietude.alarms.conditions import reach_back
from quietude.alarms.episode import Alarm, Change, Episode, Happened
from quietude.alarms.group import Group
from quietude.alarms.index import Index, Place
from quietude.alarms.known import Known
from quietude.alarms.memory import STATE_EDITION, check_edition, group_of, group_text, whole_group
from quietude.alarms.near_group import NearGroup
from quietude.alarms.placing import with_groups
from quietude.alarms.rule import Rule
from quietude.alarms.spans import NEVER
from quietude.alarms.window import MICROSECOND, micros, micros_at
from quietude.model.event import EVENT_FIELDS

Taken = tuple[str, int, str | None, float | None, float | None]
"""uid, moment in microseconds, group, longitude and latitude."""
AT = "at_us"
POINT = ("lon_deg", "lat_deg")


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
    kept_for_us: int = 60_000_000
    """How far a group may be settled beyond what was kept of it: one that is resumed judges so much again."""
    _moved: set[tuple[str, str]] = field(default_factory=set)

    @cached_property
    def index(self) -> Index:
        """Return where scopes are looked up."""
        return Index(self.rules)

    @cached_property
    def _groupings(self) -> tuple[list[str], dict[str, pl.Expr]]:
        """Return by rule the column that names its groups, and what each of these columns holds."""
        names = [f"{each.rule.by} {each.place_column if each.area is not None else ''}" for each in self.rules]
        return names, {name: each.group_expression for name, each in zip(names, self.rules, strict=True)}

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
        for (place, leaf), rows in self._all_at_once(with_groups(timed, self.rules)):
            rule = self.rules[place].rule
            in_time = [row for row in rows if delays[row[0]] <= micros(rule.lateness)]
            known = set(self.groups)
            for key in self._put(rule, leaf, in_time) - known:
                self.groups[key].floor = self.now - micros(rule.lateness)  # forgotten: all before was settled

    def facts_since(self, each: Compiled) -> int:
        """Return from when on the facts of a rule are to be recalled, in microseconds; `now` where it knows none.

        A group that nothing came to for a while is settled no further than it was judged: it asks for older facts
        than the rule's reach says. One that only waits in silence asks no further than thrice that.
        """
        back = reach_back(each.rule) // MICROSECOND
        floors = [group.floor for (rule, _), group in self.groups.items() if rule == each.rule.name]
        return max(min(floors, default=self.now) - each.reach_us, self.now - 3 * back)

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
        facts = with_groups(facts, self.rules)
        holding = self._one_by_one(facts) if _are_few(facts, self.rules) else self._all_at_once(facts)
        for (place, leaf), rows in holding:
            self._give(self.rules[place].rule, leaf, rows, touched)

    def _all_at_once(self, facts: pl.DataFrame) -> Iterator[tuple[Place, Iterable[Taken]]]:
        """Yield for each scope the facts that it holds, by columns: for many facts."""
        for place, each in enumerate(self.rules):
            where = [pl.col(name) if each.rule.radius_m else pl.lit(None).alias(name) for name in POINT]
            for leaf, mask in enumerate(each.masks(facts.columns)):
                found = facts.filter(mask).select("uid", AT, each.group_expression.alias("group"), *where)
                if found.height:
                    yield (place, leaf), found.iter_rows()

    def _one_by_one(self, facts: pl.DataFrame) -> Iterator[tuple[Place, Iterable[Taken]]]:
        """Yield for each scope the facts that it holds, by looking up each fact: for many rules."""
        taken: dict[Place, list[Taken]] = defaultdict(list)
        names, groups = self._groupings
        named = facts.with_columns(**groups)
        of = {name: named[name].to_list() for name in ("uid", AT, *POINT, *groups)}
        uids, moments, lons, lats = (of[name] for name in ("uid", AT, *POINT))
        for number, places in self.index.held(named):
            for place in places:
                if self.rules[place[0]].area is None or self.rules[place[0]].takes(
                    place[1], named.row(number, named=True)
                ):
                    group = of[names[place[0]]][number]
                    taken[place].append((uids[number], moments[number], group, lons[number], lats[number]))
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
        for uid, at, name, lon, lat in rows:
            if name is None:
                continue
            key = (rule.name, name)
            group = self.groups.get(key)
            if group is None:
                group = self.groups[key] = (NearGroup if rule.radius_m else Group).of(rule, name)
            if isinstance(group, NearGroup) and lon is not None and lat is not None:
                group.put(leaf, (at, uid), (lon, lat))
            else:
                group.take(leaf, at, uid)
            self.known.put(uid, key, at)
            found.add(key)
        return found

    def _judged(self, touched: set[tuple[str, str]]) -> Iterator[Change]:
        self.known.forget(self.now - self._lateness)
        rules = {each.rule.name: each for each in self.rules}
        due = {key for key, group in self.groups.items() if group.wake <= self.now}
        for key in sorted(touched | due):
            group = self.groups[key]
            self._moved.add(key)
            yield from group.judge(rules[key[0]], self.timezone, self.now)
            if group.is_idle:
                del self.groups[key]

    def moved(self) -> dict[tuple[str, str], str | None]:
        """Return the groups that changed since this was asked last, by rule and name; None when one is forgotten.

        As JSON, without their facts but the last: see `recall`. Not those of which a judgement of the facts since what
        was kept of them says the same again.
        """
        moved, self._moved = self._moved, set()
        reaches = {each.rule.name: each.reach_us for each in self.rules}
        found: dict[tuple[str, str], str | None] = {}
        for key in sorted(moved):
            group = self.groups.get(key)
            if group is None:
                found[key] = None
            elif isinstance(group, NearGroup) or self._is_to_keep(group):
                group.last_kept = (group.mark, group.floor)
                found[key] = group_text(group, reaches[key[0]])
        return found

    def _is_to_keep(self, group: Group) -> bool:
        if group.last_kept is None:
            return True
        mark, floor = group.last_kept
        return mark != group.mark or group.floor - floor >= self.kept_for_us

    def head(self) -> str:
        """Return what the engine remembers besides its groups, as JSON."""
        said = {"edition": STATE_EDITION, "now": self.now, "late": self.late, "versions": self.known.versions}
        return json.dumps(said)

    def state(self) -> str:
        """Return all that the engine remembers, as JSON."""
        groups = [{"rule": rule} | whole_group(group) for (rule, _), group in sorted(self.groups.items())]
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
            group.last_kept, group.wake = (
                (group.mark, group.floor),
                NEVER,
            )  # what came since may have moved its next moment
            for at, uid in chain.from_iterable(group.leaves):
                self.known.put(uid, key, at)


def _are_few(facts: pl.DataFrame, rules: Sequence[Compiled]) -> bool:
    """Tell whether to look facts up one by one: 5 µs each, where a scope asked of a column takes 500."""
    is_whole = all(field.name in facts.columns for field in EVENT_FIELDS)
    return is_whole and facts.height < 100 * len(rules)


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
