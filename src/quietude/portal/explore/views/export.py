"""Exports: exactly the facts and columns that the reader may see, as a file that is written while it is sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from quietude.model.event import event_schema
from quietude.model.filter.question import Filter
from quietude.portal.accounts.access import Right, requires
from quietude.portal.explore.answers import Reader, within_period
from quietude.portal.explore.exports import Provenance, export_columns, tidy, write_csv, write_geojson, write_parquet
from quietude.portal.explore.reading import language_of, reader_of, text_of
from quietude.portal.explore.views.map import question_of
from quietude.portal.flowing import flowing
from quietude.portal.town import current_town

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}
NAME_MAX = 80  # of the filter's part of a file's name: whole paths of 260 characters are the limit on some desktops
UNREAL = ("fictional", "exercise")


@require_GET
@requires(Right.EXPORT, answers="data")
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the selection as a CSV, GeoJSON or Parquet file."""
    if kind not in KINDS:
        raise Http404
    reader = reader_of(request)
    question = question_of(request, reader)
    if isinstance(question, HttpResponse):
        return question
    provenance = provenance_of(reader, question)
    content = written(kind, batches_of(reader, question), provenance, has_bom=request.GET.get("bom") == "1")
    response = StreamingHttpResponse(flowing(request, content), content_type=KINDS[kind])
    name = file_name(provenance, kind)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Provenance"] = quote(provenance.notice + " · " + (provenance.question or _("all facts")))
    return response


def batches_of(reader: Reader, question: Filter) -> Iterator[pl.DataFrame]:
    """Yield the selection batch by batch, one empty batch when it is empty, so that every file has its columns."""
    columns = export_columns(tuple(event_schema(reader.store.levels).names))
    is_empty = True
    for batch in reader.store.stream(reader.viewer, question, columns=columns):
        is_empty = False
        yield tidy(batch, timezone=reader.store.timezone)
    if is_empty:
        nothing = reader.store.query(reader.viewer, question, columns=columns, limit=0)
        yield tidy(nothing, timezone=reader.store.timezone)


def written(kind: str, batches: Iterator[pl.DataFrame], provenance: Provenance, *, has_bom: bool) -> Iterator[bytes]:
    """Yield the bytes of the file."""
    if kind == "csv":
        return write_csv(batches, has_bom=has_bom)
    if kind == "geojson":
        return write_geojson(batches, provenance)
    return write_parquet(batches, provenance)


def provenance_of(reader: Reader, question: Filter) -> Provenance:
    """Return where the export comes from, counted on the same facts."""
    days = within_period(reader, question, reader.days(question))
    facts = int(days["count"].sum())
    unreal = int(days.filter(pl.col("reality").cast(pl.String).is_in(UNREAL))["count"].sum())
    notice = _("Only what the account may see.")
    if unreal:
        notice += " " + _("%(count)s of %(all)s facts are FICTIONAL or of an exercise: see the column “fictional”.") % {
            "count": unreal,
            "all": facts,
        }
    return Provenance(
        title=_("Facts of Quiétude"),
        town=str(current_town().title.say(language_of())),
        question=text_of(question),
        made_at=timezone.localtime().isoformat(timespec="seconds"),
        state=reader.stamp,
        facts=facts,
        fictional=unreal > 0,
        notice=notice,
    )


def file_name(provenance: Provenance, kind: str) -> str:
    """Return the file's name: town, question, FICTIONAL where some facts are, day."""
    asked = re.sub(r"[^\w,.=-]+", "-", provenance.question).strip("-.")[:NAME_MAX].rstrip("-.")
    warned = _("FICTIONAL") if provenance.fictional else ""
    parts = [provenance.town, asked or _("all-facts"), warned, provenance.made_at[:10]]
    return "_".join(part.replace(" ", "-").replace("/", "-") for part in parts if part) + f".{kind}"
