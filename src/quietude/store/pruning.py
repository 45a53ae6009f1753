"""Which files can hold an answer, told from the log alone: what is left out is never opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from quietude.model.event import zone_column
from quietude.model.filter.question import ABSENT, Filter
from quietude.model.viewer import Viewer
from quietude.store.files import DataFile


def files_for(viewer: Viewer, question: Filter, files: Iterable[DataFile], *, timezone: str) -> list[DataFile]:
    """Return the files that may hold facts that match the question and that one of the viewer's grants opens."""
    asked = _Need(question, timezone)
    opened = [_Need(grant.rows, timezone) for grant in viewer.grants]
    return [file for file in files if asked.may_be_in(file) and any(need.may_be_in(file) for need in opened)]


class _Need:
    """The bounds a question sets on what the log knows of a file: days, sources, zones."""

    def __init__(self, question: Filter, timezone: str) -> None:
        since, until = _day(question.since, timezone), _day(question.until, timezone)
        self._since, self._until = since or "", until or "9999"
        self._values: list[tuple[str, list[str]]] = []
        if question.sources.any_of and ABSENT not in question.sources.any_of:
            self._values.append(("source", list(question.sources.any_of)))
        levels = {level for level, _ in question.zones.any_of}
        codes = [code for _, code in question.zones.any_of]
        if (
            len(levels) == 1 and ABSENT not in codes
        ):  # zones of several levels are alternatives: no bound by one of them
            self._values.append((zone_column(levels.pop()), codes))

    def may_be_in(self, file: DataFile) -> bool:
        """Tell whether the file may hold a row within the bounds."""
        if file.month < self._since[:7] or file.month > self._until[:7]:
            return False
        bounds = {name: (low, high) for name, low, high in file.bounds}
        low, high = bounds.get("day", ("", "9999"))
        if high < self._since or low > self._until:
            return False
        for name, values in self._values:
            ends = bounds.get(name)
            if ends is None or not any(ends[0] <= value <= ends[1] for value in values):
                return False
        return True


def _day(moment: date | datetime | None, timezone: str) -> str | None:
    if moment is None:
        return None
    local = moment.astimezone(ZoneInfo(timezone)).date() if isinstance(moment, datetime) else moment
    return local.isoformat()
