"""From a request to a reader of the store: who asks, of which town, at which state of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.core.cache import caches
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from quietude.model.filter.question import Filter
from quietude.model.filter.say import say
from quietude.model.filter.text import parse
from quietude.model.rights import masked_columns
from quietude.portal.explore.answers import Reader
from quietude.portal.explore.changes import TEXT_VERBS, VERBS, Change, joined
from quietude.portal.explore.freshness import rights_of
from quietude.portal.explore.selection import Selection, read_selection
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import current_store, current_town, current_vocabulary

EXACT_PLACE = frozenset({"lon_deg", "lat_deg"})


def reader_of(request: HttpRequest) -> Reader:
    """Return who asks which store."""
    viewer, store = viewer_of(request), current_store()
    return Reader(
        store=store,
        viewer=viewer,
        territory=current_town().territory,
        cache=caches["explore"],
        rights=rights_of(viewer),
        stamp=store.stamp(),
        coloured=frozenset(family.code for family in current_vocabulary().families if family.colour is not None),
    )


def sees_places(reader: Reader) -> bool:
    """Tell whether the reader may see where facts are more finely than by zone."""
    return not EXACT_PLACE & masked_columns(reader.viewer)


def language_of() -> str:
    """Return the language of the screen, "fr" or "en"."""
    return (get_language() or "fr")[:2]


def text_of(question: Filter) -> str:
    """Return the question's text form in the screen's language."""
    return say(question, territory=current_town().territory, vocabulary=current_vocabulary(), language=language_of())


def today() -> date:
    """Return the town's day."""
    now: datetime = timezone.now()
    return now.astimezone(ZoneInfo(current_town().timezone)).date()


def selection_of(request: HttpRequest, reader: Reader) -> Selection:
    """Return the selection that the address says, its changes applied.

    Raises:
        FilterError: the filter, or a text among the changes, cannot be read.
        ChangeError: a change cannot be read.
    """
    parameters: dict[str, Sequence[str]] = dict(request.GET.lists())
    selection = read_selection(parameters, reader.territory, exact=sees_places(reader))
    typed = [f"add:{text}" for text in parameters.get("add", ()) if text.strip()]  # the bar's form without scripts
    for text in (*parameters.get("change", ()), *typed):
        selection = selection.asking(changed(selection.question, Change.read(text), reader))
    return selection


def changed(question: Filter, change: Change, reader: Reader) -> Filter:
    """Return the question after one change.

    Raises:
        FilterError: the text of the change cannot be read.
        ChangeError: the change's value cannot be read.
    """
    if change.verb not in TEXT_VERBS:
        return VERBS[change.verb](question, change.value)
    town = current_town()
    said = parse(
        change.value,
        territory=reader.territory,
        vocabulary=current_vocabulary(),
        today=today(),
        language=language_of(),
        timezone=town.timezone,
        sources=tuple(town.sources),
    )
    return said if change.verb == "text" else joined(question, said)
