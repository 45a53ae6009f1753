"""The door of `alarms`: rules, the engine, the look back. Other packages import from here only."""

from __future__ import annotations

from quietude.alarms.calendar import micros_at, moment_at
from quietude.alarms.compiled import Compiled, Ground, ScopeError
from quietude.alarms.conditions import reach_back
from quietude.alarms.engine import Engine, episodes, rules_of, standing_after
from quietude.alarms.episode import Alarm, Change, Episode, Happened, name_of
from quietude.alarms.look_back import LookBack, columns_needed, look_back
from quietude.alarms.rule import Rule
from quietude.alarms.rule_file import load_rule, load_rules
from quietude.alarms.spans import EVER as NEVER_ENDS
from quietude.alarms.standing import ActError, Standing, State

__all__ = [
    "NEVER_ENDS",
    "ActError",
    "Alarm",
    "Change",
    "Compiled",
    "Engine",
    "Episode",
    "Ground",
    "Happened",
    "LookBack",
    "Rule",
    "ScopeError",
    "Standing",
    "State",
    "columns_needed",
    "episodes",
    "load_rule",
    "load_rules",
    "look_back",
    "micros_at",
    "moment_at",
    "name_of",
    "reach_back",
    "rules_of",
    "standing_after",
]
