"""How alike two entries are, feature by feature, in levels: the one text of it, for learning and for scoring.

Each level is an SQL condition over a record `l` and a record `r`; the first that holds is the pair's. Fellegi and
Sunter, "A theory for record linkage" (1969). Levels count from 0, the most alike.
"""

from __future__ import annotations

from dataclasses import dataclass

_METRES = "sqrt(power((l.lon_deg - r.lon_deg) * 111195 * l.cos_lat, 2) + power(l.y_m - r.y_m, 2))"
GAP_S = "greatest(0, l.starts_s - r.ends_s, r.starts_s - l.ends_s)"
"""Seconds between two entries, 0 where the one may have happened during the other."""
_COSINE = "array_inner_product(l.vector, r.vector)"
_COARSE = "(l.is_coarse OR r.is_coarse)"
_NATURE = "list_slice(string_split({}.category, '.'), 1, 2)"
_FAMILY = "split_part({}.category, '.', 1)"
_NAMED = "least(len(l.names), len(r.names))"
_SHARED = "len(list_intersect(l.names, r.names))"


@dataclass(frozen=True, slots=True)
class Feature:
    """One way of being alike."""

    name: str
    conditions: tuple[str, ...]
    """SQL, from the most alike on; none holds: the last level."""

    @property
    def count(self) -> int:
        """Return how many levels there are."""
        return len(self.conditions) + 1

    @property
    def sql(self) -> str:
        """Return the level as an SQL expression."""
        cases = " ".join(f"WHEN {condition} THEN {level}" for level, condition in enumerate(self.conditions))
        return f"(CASE {cases} ELSE {len(self.conditions)} END)"


def _below(expression: str, *limits: float) -> tuple[str, ...]:
    return tuple(f"{expression} <= {limit}" for limit in limits)


def _above(expression: str, *limits: float) -> tuple[str, ...]:
    return tuple(f"{expression} > {limit}" for limit in limits)


FEATURES: tuple[Feature, ...] = (
    Feature("distance", _below(_METRES, 5, 40, 80, 130, 200, 300, 400)),
    Feature(
        "time",
        (
            f"{_COARSE} AND {GAP_S} = 0",
            _COARSE,
            *_below(GAP_S, 180, 480, 900, 1_800, 3_600, 7_200, 14_400),
        ),
    ),
    Feature("text", _above(_COSINE, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.0)),
    Feature(
        "category",
        (
            "l.category = '' OR r.category = ''",
            "l.category = r.category",
            f"{_NATURE.format('l')} = {_NATURE.format('r')} OR starts_with(l.category, r.category || '.')"
            " OR starts_with(r.category, l.category || '.')",
            f"{_FAMILY.format('l')} = {_FAMILY.format('r')}",
        ),
    ),
    Feature("street", (f"{_NAMED} = 0", f"{_SHARED} = {_NAMED}", f"{_SHARED} > 0")),
    Feature(
        "numbers",
        ("len(l.numbers) = 0 OR len(r.numbers) = 0", "list_has_any(l.numbers, r.numbers)"),
    ),
)
