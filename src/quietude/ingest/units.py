"""Units that records state, converted to the one of their series.

Symbols are those of UCUM as manifests write them ("Cel", "ug/m3", "dB(A)") and the UN/CEFACT common codes that NGSI-LD
carries as `unitCode` (Recommendation 20). What pint cannot convert by a factor and an offset is not converted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

CEFACT: Mapping[str, str] = {
    "2N": "dB", "CEL": "Cel", "FAH": "[degF]", "KEL": "K", "P1": "%", "59": "ppm", "61": "ppb", "GQ": "ug/m3",
    "GP": "mg/m3", "MTS": "m/s", "KMH": "km/h", "KNT": "knot", "MTR": "m", "CMT": "cm", "MMT": "mm", "KMT": "km",
    "A97": "hPa", "PAL": "Pa", "KPA": "kPa", "BAR": "bar", "LUX": "lx", "HTZ": "Hz", "VLT": "V", "AMP": "A",
    "WTT": "W", "KWT": "kW", "KWH": "kWh", "D54": "W/m2", "LTR": "l", "MTQ": "m3", "DD": "deg", "SEC": "s",
    "MIN": "min", "HUR": "h", "DAY": "d", "C62": "1", "H62": "1/h",
}  # fmt: skip
"""Codes of UN/CEFACT Recommendation 20, revision 17, that sensors of a town use."""
_UCUM: Mapping[str, str] = {"Cel": "degC", "°C": "degC", "[degF]": "degF", "°F": "degF", "%": "percent", "1": ""}
_LEVEL = re.compile(r"dB[\s_\[(]*([ACZ]?)[\])]*", re.IGNORECASE)
_POWER = re.compile(r"([A-Za-z])(\d)")
_SLACK = 1e-9  # of a straight line through three points: rounding of doubles


@dataclass(frozen=True, slots=True)
class Conversion:
    """value · factor + offset."""

    factor: float
    offset: float

    @property
    def is_none(self) -> bool:
        """Tell whether values stay as they are."""
        return self.factor == 1.0 and self.offset == 0.0


AS_IT_IS = Conversion(1.0, 0.0)


@lru_cache(maxsize=1_000)
def conversion(said: str, unit: str) -> Conversion | None:
    """Return how values in one unit become values in another; None where they cannot.

    A level that states no weighting ("dB", 2N) is taken for one of the series' weighting; stated ones must be the same.
    """
    found, wanted = (CEFACT.get(text.strip(), text.strip()) for text in (said, unit))
    if found == wanted:
        return AS_IT_IS
    levels = _LEVEL.fullmatch(found), _LEVEL.fullmatch(wanted)
    if levels[0] is not None or levels[1] is not None:
        if levels[0] is None or levels[1] is None:
            return None
        weightings = {each[1].upper() for each in levels if each is not None} - {""}
        return AS_IT_IS if len(weightings) < 2 else None
    return _straight(_for_pint(found), _for_pint(wanted))


def _straight(found: str, wanted: str) -> Conversion | None:
    import pint  # noqa: PLC0415 - half a second, and only towns whose sensors state units need it

    registry = _registry()
    try:
        at = [float(registry.Quantity(value, found).to(wanted).magnitude) for value in (0.0, 1.0, 100.0)]
    except (pint.PintError, ValueError, TypeError, AttributeError, ZeroDivisionError, AssertionError):
        return None
    except Exception as error:  # what pint's tokenizer says of odd texts shares no public base class
        if type(error).__module__.partition(".")[0] not in {"pint", "tokenize", "flexparser"}:
            raise
        return None
    offset, factor = at[0], at[1] - at[0]
    if not math.isclose(offset + 100 * factor, at[2], rel_tol=_SLACK, abs_tol=_SLACK):
        return None
    return Conversion(_rounded(factor), _rounded(offset))


def _rounded(number: float) -> float:
    """Return a factor without the last bits that differences of doubles leave: 1.8, not 1.8000000000000114."""
    return float(f"{number:.12g}")


def _for_pint(symbol: str) -> str:
    return _POWER.sub(r"\1**\2", _UCUM.get(symbol, symbol))


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint  # noqa: PLC0415 - as above

    return pint.UnitRegistry()
