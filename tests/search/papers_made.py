"""Documents kept in memory, for an index of them: what a database would keep, without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from quietude.search.api import Changed, Mark, Paper, PaperPage

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def paper(key: int, text: str = "", **said: object) -> Paper:
    """Return a document, each page of `text` after a form feed."""
    pages = tuple(
        PaperPage(version=1, number=number, text=page, is_newest=True)
        for number, page in enumerate(text.split("\f"), 1)
    )
    usual = {
        "source": "documents", "sensitivity": "internal", "regime": "RGPD", "service": None, "kind": "letter",
        "kind_title": "Courrier Letter", "day": date(2026, 1, 1), "title": f"pièce {key}", "pages": pages,
    }  # fmt: skip
    return Paper(key=key, **(usual | said))  # type: ignore[arg-type]  # fields by name


class Kept:
    """Documents and their changes."""

    def __init__(self, *papers: Paper) -> None:
        self.by_key: dict[int, Paper] = {}
        self.lines: list[Changed] = []
        for each in papers:
            self.put(each)

    def put(self, one: Paper) -> None:
        """Keep a document, or another state of it."""
        self.by_key[one.key] = one
        self.note(one.key, is_gone=False)

    def drop(self, key: int) -> None:
        """Delete a document."""
        del self.by_key[key]
        self.note(key, is_gone=True)

    def note(self, key: int, *, is_gone: bool, number: int | None = None) -> None:
        """Write the line of a change."""
        number = number or max((line.number for line in self.lines), default=0) + 1
        self.lines.append(Changed(number, BEGIN + timedelta(seconds=number), key, is_gone))

    def last(self) -> Changed | None:
        """Return the newest change."""
        return max(self.lines, key=lambda line: line.number, default=None)

    def holds(self, mark: Mark) -> bool:
        """Tell whether the change of a mark is there."""
        return mark.number == 0 or any((line.number, line.at) == (mark.number, mark.at) for line in self.lines)

    def changes(self, mark: Mark, limit: int) -> Sequence[Changed]:
        """Return the changes after a mark."""
        new = [line for line in self.lines if line.number > mark.number or line.number in mark.gaps]
        return sorted(new, key=lambda line: line.number)[:limit]

    def changed(self, mark: Mark) -> set[int]:
        """Return the documents that changed after a mark."""
        return {line.key for line in self.changes(mark, len(self.lines))}

    def keys(self) -> Sequence[int]:
        """Return all keys."""
        return sorted(self.by_key)

    def papers(self, keys: Sequence[int]) -> Iterator[Paper]:
        """Yield some documents."""
        yield from (self.by_key[key] for key in keys if key in self.by_key)
