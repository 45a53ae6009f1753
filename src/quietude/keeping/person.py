"""What is kept about one person, wherever it is: found, shown without third parties, rectified, restricted, erased."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from quietude.ingest.api import Ledger, mask
from quietude.keeping.transfer import packages, withdraw
from quietude.model.event import Sensitivity, event_schema
from quietude.model.filter.question import Filter
from quietude.model.fold import fold, fold_pattern
from quietude.model.viewer import Viewer
from quietude.store.api import Store

RESTRICTED = "restricted:"
"""Flag of a fact that a person had restricted, followed by the sensitivity it had."""
RECTIFIED = "rectified"
CORRECTABLE = ("title", "text", "place_label")
"""Columns that a rectification may replace; the rest follows from the source."""
SEARCHED = ("title", "text", "place_label", "source_category", "source_key", "attributes")
SCANNER = Viewer.system("search for a person")
"""Who looks through all texts: nothing of them is shown but what the one who asks then reads, by their own rights."""
HIDDEN = "▇▇▇"
_ROWS = 1_000  # records of the ledger read at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a person is looked for: any of the phrases, in any text, or any of the names of facts."""

    phrases: tuple[str, ...] = ()
    """Found as they are, but for case and accents."""
    uids: tuple[str, ...] = ()

    def finds(self, texts: Iterable[object]) -> bool:
        """Tell whether one of the phrases is in one of some texts."""
        wanted = [fold(phrase) for phrase in self.phrases]
        found = (fold(str(text)) for text in texts if text is not None)
        return any(phrase in text for text in found for phrase in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that is kept about the person."""

    place: str
    """"facts", "versions", "quarantine", "reports", or a table of the portal."""
    key: str
    """Its name there: uid, uid and version, id."""
    source: str
    content: Mapping[str, Any]
    """What it holds, without what is empty."""

    @property
    def uid(self) -> str:
        """Return the fact that it is, or is a version of."""
        return self.key.partition(":")[0]


@dataclass(slots=True)
class Erased:
    """What an erasure removed, by place: numbers only."""

    counts: dict[str, int] = field(default_factory=dict)
    erasure_id: str = ""
    """Name of the entry in the store's ledger of erasures."""


def find(store: Store, ledger: Ledger, asked: Asked, viewer: Viewer, *, transfers: Path) -> tuple[Found, ...]:
    """Return all that store, ledger and the packages for the archives keep about the person.

    The portal's tables are the portal's to search.
    """
    if not asked.phrases and not asked.uids:
        return ()
    kept = (*_facts(store, asked, viewer), *_versions(store, asked, viewer), *_records(ledger, asked))
    return (*kept, *(_packed(transfers, asked) if viewer.grants else ()))


def shown(found: Found, *, country: str, third_parties: Sequence[str]) -> dict[str, Any]:
    """Return the content as the person may have it: numbers masked, names of third parties hidden."""
    hide = [re.compile(re.escape(name), re.IGNORECASE) for name in third_parties if name.strip()]

    def cleaned(value: Any) -> Any:
        if isinstance(value, str):
            text, _kinds = mask(value, country)
            for pattern in hide:
                text = pattern.sub(HIDDEN, text)
            return text
        if isinstance(value, Mapping):
            return {name: cleaned(entry) for name, entry in value.items()}
        if isinstance(value, date):  # moments too
            return value.isoformat()
        return [cleaned(entry) for entry in value] if isinstance(value, list | tuple) else value

    return {name: cleaned(value) for name, value in found.content.items()}


def erase(store: Store, ledger: Ledger, found: Sequence[Found], *, reason: str, by: str, transfers: Path) -> Erased:
    """Erase physically what was found: facts with all their versions, records set aside, reports, packages that wait.

    Args:
        store: the store.
        ledger: the ledger of imports.
        found: what `find` returned, or part of it.
        reason: why, without a word on the person.
        by: who decided.
        transfers: folder of the packages for the archives.
    """
    done = Erased()
    uids = sorted({each.uid for each in found if each.place in {"facts", "versions"}})
    if uids:
        erasure = store.erase(uids, reason=reason, by=by)
        done.erasure_id = erasure.erasure_id
        done.counts |= {"facts": erasure.erased, "versions": erasure.versions}
    packed = sorted({*uids, *(each.uid for each in found if each.place == "packages")})
    done.counts["packages"] = withdraw(transfers, packed, why=f"erasure {done.erasure_id}".strip())
    ids = [each.key for each in found if each.place == "quarantine"]
    reports = [int(each.key) for each in found if each.place == "reports"]
    done.counts["quarantine"] = ledger.delete_quarantined(ids) if ids else 0
    done.counts["reports"] = ledger.delete_reports(reports) if reports else 0
    return done


def restrict(store: Store, uids: Sequence[str]) -> int:
    """Keep facts but show them to no one (RGPD art. 18); return how many were open until now."""

    def restricted(row: dict[str, Any]) -> dict[str, Any] | None:
        if _restriction(row) is not None:
            return None
        flags = [*(row["flags"] or ()), f"{RESTRICTED}{row['sensitivity']}"]
        return row | {"sensitivity": Sensitivity.CONFIDENTIAL.value, "flags": flags}

    return _amended(store, uids, restricted)


def lift(store: Store, uids: Sequence[str]) -> int:
    """Show restricted facts again, as before; return how many were restricted."""

    def lifted(row: dict[str, Any]) -> dict[str, Any] | None:
        flag = _restriction(row)
        if flag is None:
            return None
        flags = [each for each in row["flags"] if each != flag]
        return row | {"sensitivity": flag.removeprefix(RESTRICTED), "flags": flags}

    return _amended(store, uids, lifted)


def rectify(store: Store, uids: Sequence[str], *, note: str, corrections: Mapping[str, str], on: date) -> int:
    """Note on facts that a person rectified them, with the texts to replace; later imports do not undo it.

    Raises:
        ValueError: there is no note, or a column is not one that a person may correct.
    """
    unknown = sorted(set(corrections) - set(CORRECTABLE))
    if unknown or not note.strip():
        raise ValueError(
            f"cannot correct {unknown}; expected {CORRECTABLE}" if unknown else "a rectification has a note"
        )

    def rectified(row: dict[str, Any]) -> dict[str, Any]:
        attributes = orjson.loads(row["attributes"]) if row["attributes"] else {}
        attributes["rectification"] = {"on": on.isoformat(), "note": note.strip()}
        flags = [*(each for each in row["flags"] or () if each != RECTIFIED), RECTIFIED]
        return row | dict(corrections) | {"attributes": orjson.dumps(attributes).decode(), "flags": flags}

    return _amended(store, uids, rectified)


def restricted_facts(store: Store) -> tuple[tuple[str, str, date], ...]:
    """Return uid, source and day of the facts that are restricted now."""
    viewer = Viewer.system("restriction")
    question = Filter()
    found = [
        (row["uid"], row["source"], row["day"])
        for batch in store.stream(viewer, question, columns=("uid", "source", "day", "flags", "sensitivity"))
        for row in batch.filter(_is_confidential(batch)).to_pylist()
        if _restriction(row) is not None
    ]
    return tuple(sorted(found, key=lambda each: (each[2], each[0])))


def _is_confidential(batch: pa.RecordBatch) -> pa.Array:
    return pa.array([value == Sensitivity.CONFIDENTIAL.value for value in batch["sensitivity"].to_pylist()], pa.bool_())


def _restriction(row: Mapping[str, Any]) -> str | None:
    return next((flag for flag in row["flags"] or () if flag.startswith(RESTRICTED)), None)


def _amended(store: Store, uids: Sequence[str], change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> int:
    whole = store.query(Viewer.system("rights of persons"), Filter(ids=tuple(uids)), order_by=("uid",))
    changed = [new for row in whole.to_pylist() if (new := change(row)) is not None]
    if not changed:
        return 0
    schema = event_schema(store.levels)
    return store.amend(pa.Table.from_pylist(changed, schema=schema)).updated


def _facts(store: Store, asked: Asked, viewer: Viewer) -> Iterator[Found]:
    hits: list[str] = []
    if not viewer.grants:
        return
    for batch in store.stream(SCANNER, Filter(), columns=("uid", *SEARCHED)):
        hits += _meeting(pa.Table.from_batches([batch]), asked)["uid"].to_list()
    for begin in range(0, len(hits), _ROWS):
        whole = store.query(viewer, Filter(ids=tuple(hits[begin : begin + _ROWS])), order_by=("occurred_from",))
        for row in whole.to_pylist():
            yield Found(place="facts", key=row["uid"], source=row["source"], content=_content(row))


def _versions(store: Store, asked: Asked, viewer: Viewer) -> Iterator[Found]:
    columns = (*event_schema(store.levels).names, "superseded_at")
    for table in store.past(viewer, Filter(), columns=columns):
        for row in _meeting(table, asked).to_dicts():
            key = f"{row['uid']}:{row['version']}"
            yield Found(place="versions", key=key, source=row["source"], content=_content(row))


def _packed(transfers: Path, asked: Asked) -> Iterator[Found]:
    for package in packages(transfers):
        for name in ("facts", "versions"):
            path = package.folder / f"{name}.parquet"
            rows = _meeting(pq.read_table(path), asked).to_dicts() if path.is_file() else []
            for row in rows:
                key = f"{row['uid']}:{row['version']}"
                yield Found(place="packages", key=key, source=row["source"], content=_content(row))


def _meeting(rows: pa.Table, asked: Asked) -> pl.DataFrame:
    """Return the rows that are named, or that hold one of the phrases in one of their texts."""
    patterns = [fold_pattern(phrase) for phrase in asked.phrases]
    frame = pl.DataFrame(rows)
    read = frame.with_columns(attributes=_unescaped(frame["attributes"]))
    holds = [pl.col(name).str.contains(pattern) for name in SEARCHED for pattern in patterns]
    is_named = pl.col("uid").is_in(list(asked.uids))
    return read.filter(pl.any_horizontal(is_named, *(found.fill_null(value=False) for found in holds)))


def _unescaped(attributes: pl.Series) -> pl.Series:
    """Return JSON texts with "\\u00e9" as "é": a name is looked for as people write it."""
    escaped = attributes.filter(attributes.str.contains(r"\\u").fill_null(value=False)).unique().to_list()
    return attributes.replace({text: orjson.dumps(orjson.loads(text)).decode() for text in escaped})


def _records(ledger: Ledger, asked: Asked) -> Iterator[Found]:
    offset = 0
    while some := ledger.quarantined(status=None, limit=_ROWS, offset=offset):
        offset += len(some)
        for record in some:
            texts = [record.value, *record.raw.values(), *record.detail.values()]
            if asked.finds(texts):
                content = {"file": record.file, "line": record.line, "reason": record.reason, **record.raw}
                yield Found(place="quarantine", key=record.id, source=record.source, content=content)
    offset = 0
    while reports := ledger.reports(limit=_ROWS, offset=offset):
        offset += len(reports)
        for report in reports:
            words = {"unmapped": list(report.unmapped), "warnings": report.warnings, "error": report.error}
            if asked.finds([*report.unmapped, *report.warnings, report.error]):
                yield Found(place="reports", key=str(report.id), source=report.source, content=_content(words))


def _content(row: Mapping[str, Any]) -> dict[str, Any]:
    internal = {"uid", "key", "digest", "h3"}
    return {name: value for name, value in row.items() if name not in internal and value not in (None, [], "")}
