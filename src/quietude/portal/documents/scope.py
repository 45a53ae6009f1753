"""Who may see which documents, and of which the words: part of every question, exactly as for facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from quietude.journal.api import Kind
from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.access import user_of
from quietude.portal.accounts.models import User
from quietude.portal.documents.models import Document, OnlyFor
from quietude.portal.journal.recording import Act, note
from quietude.portal.rights.standing import Standing, standing_in
from quietude.portal.services.api import services_of
from quietude.search.api import Way

TITLE, TEXT = "title", "text"
"""Columns of a fact by which grants say whether the title and the words of a document are open."""
OWN = (Sensitivity.PUBLIC.value, Sensitivity.INTERNAL.value, Sensitivity.RESTRICTED.value)
"""What members of a service read of its own documents; what is confidential needs a grant that says so."""
NOTHING = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads documents: grants as for facts, and the services that one belongs to.

    A grant opens a document of its sources, sensitivities and regimes; one that is cut to some categories or zones
    opens none, for a document lies in no zone. Titles and words are closed where the grant masks them, but for what is
    public. Members of the document's service read it whole, up to what is restricted. One that is only for some
    services (as another system said of it) does not exist for others, whatever their grants.
    """

    viewer: Viewer
    services: frozenset[int]
    regime: str
    """Of the purpose that one works under; "" without one."""

    @property
    def can_read(self) -> bool:
        """Tell whether there is anything to read: a purpose, and a grant under it."""
        return bool(self.viewer.grants)

    def documents(self) -> QuerySet[Document]:
        """Return the documents that exist for the reader."""
        return Document.objects.filter(self._opened("")) if self.can_read else Document.objects.none()

    def titled(self) -> QuerySet[Document]:
        """Return those of which the title is open."""
        return Document.objects.filter(self._opened(TITLE)) if self.can_read else Document.objects.none()

    def readable(self) -> QuerySet[Document]:
        """Return those of which the words, the pages and the file are open."""
        return Document.objects.filter(self._opened(TEXT)) if self.can_read else Document.objects.none()

    def shows_title(self, document: Document) -> bool:
        """Tell whether the title of one is open."""
        return self.titled().filter(pk=document.pk).exists()

    def opens(self, document: Document) -> bool:
        """Tell whether the words of one are open."""
        return self.readable().filter(pk=document.pk).exists()

    def would_title(self, document: Document, only_for: frozenset[int] | None) -> bool:
        """Tell whether the title of a document that is not kept would be open: by its source, sensitivity and regime.

        Args:
            document: one that is in no database.
            only_for: keys of the services that alone might see it; None: whoever its sensitivity lets.
        """
        if only_for is not None and not only_for & self.services:
            return False
        if only_for is not None and self.regime == document.regime and document.sensitivity in OWN:
            return True
        return any(_admits(grant, document) for grant in self.viewer.grants)

    def note_reading(self, documents: Iterable[Document], columns: str, **detail: str) -> None:
        """Note what is shown of documents that are not public, before it is.

        Raises:
            JournalUnavailableError: the line cannot be written; nothing may be shown.
        """
        ids = [f"document/{each.pk}" for each in documents if each.sensitivity != Sensitivity.PUBLIC.value]
        if not ids:
            return
        said = {"of": "document", "columns": columns, "rows": str(len(ids))} | detail
        viewer = self.viewer
        note(
            Act(
                kind=Kind.CONSULT, who=viewer.who, purpose=viewer.purpose or "", motive=viewer.motive or "",
                ids=ids, detail=said,
            )
        )  # fmt: skip

    def ways(self) -> tuple[Way, ...]:
        """Return the ways by which documents are open, in the form that the index and the database are asked alike."""
        own = frozenset(map(str, self.services))
        found = [way for grant in self.viewer.grants if (way := _way_of(grant, own)) is not None]
        if self.can_read and self.regime and self.services:
            regimes = frozenset({self.regime})
            found.append(Way(sensitivities=frozenset(OWN), regimes=regimes, services=own, member_of=own))
        return tuple(dict.fromkeys(found))

    def _opened(self, column: str) -> Q:
        named = Q(pk__in=OnlyFor.objects.filter(service__in=self.services).values("document"))
        opened = reduce(or_, [_admitted(way, column, named) for way in self.ways()], NOTHING)
        return opened & (~Q(pk__in=OnlyFor.objects.values("document")) | named)


def _way_of(grant: Grant, own: frozenset[str]) -> Way | None:
    """Return the way that a grant is; None where it opens no document."""
    rows = grant.rows
    if rows != Filter(sources=rows.sources):
        return None
    return Way(
        sensitivities=frozenset(each.value for each in grant.sensitivities),
        regimes=frozenset(each.value for each in grant.regimes),
        sources=rows.sources,
        masked=frozenset(grant.masked) & {TITLE, TEXT},
        member_of=own,
    )


def _admitted(way: Way, column: str, named: Q) -> Q:
    """Return the condition that a way opens a document, or a column; `named`: it is for services of the reader."""
    opened = Q(sensitivity__in=sorted(way.sensitivities), regime__in=sorted(way.regimes))
    if way.sources.any_of:
        opened &= Q(source__in=way.sources.any_of)
    if way.sources.none_of:
        opened &= ~Q(source__in=way.sources.none_of)
    if way.services is not None:
        opened &= Q(service__in=sorted(map(int, way.services))) | named
    if column in way.masked:
        opened &= Q(sensitivity=Sensitivity.PUBLIC.value)
    return opened


def _admits(grant: Grant, document: Document) -> bool:
    """Tell of a document what `_admitted` asks the database for its title."""
    rows, is_public = grant.rows, document.sensitivity == Sensitivity.PUBLIC.value
    return (
        rows == Filter(sources=rows.sources)
        and document.sensitivity in {each.value for each in grant.sensitivities}
        and document.regime in {each.value for each in grant.regimes}
        and (not rows.sources.any_of or document.source in rows.sources.any_of)
        and document.source not in rows.sources.none_of
        and (TITLE not in grant.masked or is_public)
    )


def reader_for(user: User, standing: Standing) -> Reader:
    """Return the reader that an account is of documents."""
    own = frozenset(each.pk for each in services_of(user, timezone.now()))
    regime = Regime(standing.purpose.regime).value if standing.purpose is not None else ""
    return Reader(standing.viewer, own, regime)


def reader_in(request: HttpRequest) -> Reader:
    """Return the reader who asks."""
    return reader_for(user_of(request), standing_in(request))


def document_in(request: HttpRequest, pk: int) -> tuple[Reader, Document]:
    """Return one document and its reader.

    Raises:
        Http404: there is none for whoever asks, which is told like one that never was.
    """
    reader = reader_in(request)
    found = reader.documents().filter(pk=pk).select_related("service", "added_by", "held_by").first()
    if found is None:
        raise Http404
    return reader, found
