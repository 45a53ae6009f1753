"""The fifth step: the first records as they would be filed, and what is wrong at which cell."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from quietude.ingest.api import FLAGS, Preview
from quietude.ingest.api import preview as try_first
from quietude.journal.api import Kind
from quietude.model.event import TimePrecision
from quietude.portal.accounts.access import Right, requires
from quietude.portal.catalogue.waiting import waiting_records
from quietude.portal.facts.views import small_ground
from quietude.portal.town import current_ledger, current_town, current_vocabulary
from quietude.portal.wizard import folders
from quietude.portal.wizard.steps import draft_of, language, needs, note_act, page
from quietude.portal.wizard.words import refused_file
from quietude.sources.api import CrosswalkError, ManifestError, SourceError

FACTS_SHOWN = 50
FAULTS_SHOWN = 60


@requires(Right.MANAGE_SOURCES)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """Show fifty facts and the faults among the first two thousand records."""
    draft = draft_of(key)
    if folders.upload_of(draft) is None:
        return redirect("wizard:reading", key=key)
    if (way := needs(draft, "preview")) is not None:
        return way
    note_act(request, Kind.CONSULT, draft, "preview")
    try:
        manifest = folders.written(draft)
        found = try_first(
            current_town(),
            manifest,
            current_vocabulary(),
            now=datetime.now(UTC),
            cache_dir=current_ledger().path.parent / "gazetteer",
        )
    except SourceError as error:
        return page(request, draft, "preview", {"error": refused_file(error)})
    except (ManifestError, CrosswalkError) as error:
        return page(request, draft, "preview", {"faults": [str(fault) for fault in error.faults], "error": _(
            "What was said so far does not fit together yet; each line says where."
        )})  # fmt: skip
    facts = facts_of(found)
    shown = {
        "facts": facts, "report": found.report, **_map(facts),
        "left": found.report.duplicates + found.report.out_of_scope,
        "aside": waiting_records(found.aside[:FAULTS_SHOWN], language()), "aside_total": len(found.aside),
        "unmapped": found.report.unmapped, "flags": flags_of(found.report.flagged),
    }  # fmt: skip
    return page(request, draft, "preview", shown)


def _map(facts: list[dict[str, Any]]) -> dict[str, Any]:
    points = [fact["point"] for fact in facts if fact["point"]]
    return {"points": points, "map": json.dumps({"points": points, "ground": small_ground()})}


def facts_of(found: Preview) -> list[dict[str, Any]]:
    """Return the first facts in words: line, category beside the source's own, time, place, what is doubtful."""
    words = current_vocabulary()
    facts = []
    for row, line in zip(found.facts.slice(0, FACTS_SHOWN).to_pylist(), found.lines, strict=False):
        code = row["category"]
        flags = [FLAGS[flag].heading(language()) for flag in row["flags"] or () if flag in FLAGS]
        point = {"lat": row["lat_deg"], "lon": row["lon_deg"]} if row["lat_deg"] is not None else None
        facts.append(
            {
                **row, "line": line, "label": words.path_label(code, language()) if code else "", "notes": flags,
                "point": point, "precision": TimePrecision(row["time_precision"]),
            }
        )  # fmt: skip
    return facts


def flags_of(flagged: dict[str, int]) -> list[tuple[str, int]]:
    """Return what is doubtful about facts that would be filed, in words, with counts."""
    return [(FLAGS[code].heading(language()) if code in FLAGS else code, count) for code, count in flagged.items()]
