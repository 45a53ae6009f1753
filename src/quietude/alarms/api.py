"""The door of `alarms`: rules, the engine, the look back. Other packages import from here only."""

from __future__ import annotations

from quietude.alarms.compiled import Compiled, Ground, ScopeError
from quietude.alarms.conditions import departure_in, reach_back
from quietude.alarms.correlation import Mark, together
from quietude.alarms.departure import LEAST_WEEKS, Expected, Normal
from quietude.alarms.engine import Engine, episodes, rules_of, standing_after
from quietude.alarms.episode import Alarm, Change, Episode, Happened, name_of
from quietude.alarms.load import Flood, Load, Rung, load_of
from quietude.alarms.look_back import LookBack, columns_needed, look_back, look_back_on_numbers
from quietude.alarms.number_engine import NumberEngine
from quietude.alarms.overload import Overload, overload
from quietude.alarms.rule import Condition, Rule
from quietude.alarms.rule_file import (
    RuleFiles,
    compile_rule,
    compiled_rule,
    load_rule,
    load_rules,
    read_rule,
    read_rules,
    rule_texts,
)
from quietude.alarms.seasons import fixed_moments, learn, weeks_before
from quietude.alarms.spans import EVER as NEVER_ENDS
from quietude.alarms.standing import ActError, Standing, State
from quietude.alarms.tell import Call, Tell, due_calls
from quietude.alarms.trial import Added, Difference, added, by_week, difference
from quietude.alarms.tuning import Tuning, tunings
from quietude.alarms.window import length, micros, micros_at, moment_at

__all__ = [
    "LEAST_WEEKS",
    "NEVER_ENDS",
    "ActError",
    "Added",
    "Alarm",
    "Call",
    "Change",
    "Compiled",
    "Condition",
    "Difference",
    "Engine",
    "Episode",
    "Expected",
    "Flood",
    "Ground",
    "Happened",
    "Load",
    "LookBack",
    "Mark",
    "Normal",
    "NumberEngine",
    "Overload",
    "Rule",
    "RuleFiles",
    "Rung",
    "ScopeError",
    "Standing",
    "State",
    "Tell",
    "Tuning",
    "added",
    "by_week",
    "columns_needed",
    "compile_rule",
    "compiled_rule",
    "departure_in",
    "difference",
    "due_calls",
    "episodes",
    "fixed_moments",
    "learn",
    "length",
    "load_of",
    "load_rule",
    "load_rules",
    "look_back",
    "look_back_on_numbers",
    "micros",
    "micros_at",
    "moment_at",
    "name_of",
    "overload",
    "reach_back",
    "read_rule",
    "read_rules",
    "rule_texts",
    "rules_of",
    "standing_after",
    "together",
    "tunings",
    "weeks_before",
]
