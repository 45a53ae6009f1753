"""What the search box offers while somebody types: words of their own facts, conditions, streets and pages.

None of it is anybody else's: words come from facts that the reader may read, conditions and streets from the town's
configuration, pages from the account's rights. Recent searches stay in the browser; the server never gets them.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from django.utils.translation import gettext as _

from quietude.model.filter.suggest import Kind, suggest
from quietude.model.fold import fold
from quietude.model.rights import masked_columns
from quietude.model.viewer import Viewer
from quietude.portal.explore.reading import EXACT_PLACE, language_of
from quietude.portal.explore.views.suggest import ICONS, OPEN_ENDS
from quietude.portal.search.feeding import current_index
from quietude.portal.search.streets import Street, streets, streets_begun
from quietude.portal.town import current_town, current_vocabulary
from quietude.portal.ui.context import Entry
from quietude.search.api import Index, Suggester
from quietude.store.api import StoreError

WORDS, CONDITIONS, STREETS, PAGES = 5, 4, 2, 3
"""At most, of each: together a list that is read at a glance and fits a telephone above its keyboard."""
SHORTEST = 2
NEAR_M = 300  # around a street's middle: the street and its corners, in the filter's usual distance
_LAST = re.compile(r"""(?:^|[\s("«“'’-])([^\W\d_]+(?:-[^\W\d_]+)*)\Z""")
"""The word at the end: after a blank, a quote, an article's apostrophe or a minus; none inside a condition."""
OFFERED_KINDS = frozenset({Kind.CATEGORY, Kind.ZONE, Kind.SOURCE, Kind.VALUE, Kind.DATE})
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """One suggestion."""

    text: str
    """What stands in the box when it is taken; empty for a page."""
    label: str
    kind: str
    icon: str
    address: str = ""
    """Of a page of the portal."""
    is_open: bool = False
    """Whether more is to be typed: the beginning of a condition."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered for a text."""

    offers: tuple[Offer, ...]
    is_whole: bool
    """False while words or streets are being gathered for the first time: worth asking again in a moment."""


def current_suggester() -> Suggester:
    """Return the suggester of the town's index, made once."""
    return _over(current_index())


@lru_cache(maxsize=1)  # a process serves one town
def _over(index: Index) -> Suggester:
    return Suggester(index)


def offers_for(text: str, viewer: Viewer, pages: list[Entry]) -> Offers:
    """Return what may complete a text, likeliest kinds first; begins to gather what is not gathered yet.

    Args:
        text: as typed, the cursor at its end.
        viewer: who types.
        pages: places of the portal that the account may open.
    """
    last = _last_word(text)
    begun = current_suggester().begun(viewer, last, WORDS)
    if not begun.is_fresh:
        gather_soon(viewer)
    known = _streets_if_read()
    offers = [
        *(_word(text, last, word) for word in begun.words),
        *_conditions(text),
        *(_of_street(text, words, street, viewer) for words, street in streets_begun(known or (), text, STREETS)),
        *_pages(text, pages),
    ]
    return Offers(tuple(offers), is_whole=known is not None and (begun.is_fresh or bool(begun.words)))


def gather_soon(viewer: Viewer) -> threading.Thread | None:
    """Begin to gather the words of a reader's rights; None where that is under way already."""
    return _gathering().begin(viewer)


class _Gathering:
    """What is being gathered. One set of rights at a time: a second thread would take the first one's time."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self, viewer: Viewer) -> threading.Thread | None:
        with self._mutex:
            if self._thread is not None and self._thread.is_alive():
                return None
            self._thread = threading.Thread(target=self._gather, args=[viewer], name="suggestions", daemon=True)
            self._thread.start()
            return self._thread

    @staticmethod
    def _gather(viewer: Viewer) -> None:
        try:
            current_suggester().gather(viewer)
            streets()
        except (
            OSError,
            ValueError,
            StoreError,
        ):  # a part that is built anew meanwhile: the next key stroke tries again
            log.exception("words to suggest could not be gathered")


@cache
def _gathering() -> _Gathering:
    return _Gathering()


def _streets_if_read() -> tuple[Street, ...] | None:
    """Return the streets, None while nobody has read them: a request does not wait for a gazetteer."""
    if current_town().gazetteer is None:
        return ()
    return streets() if streets.cache_info().currsize else None


def _last_word(text: str) -> str:
    """Return the word that is being typed; nothing inside a condition or after a blank."""
    found = _LAST.search(text)
    return found[1] if found is not None else ""


def _word(text: str, last: str, word: str) -> Offer:
    return Offer(text[: len(text) - len(last)] + word, word, "", "search")


def _conditions(text: str) -> Iterator[Offer]:
    town, language = current_town(), language_of()
    if len(text.strip()) < SHORTEST:
        return
    found = suggest(
        text,
        len(text),
        territory=town.territory,
        vocabulary=current_vocabulary(),
        language=language,
        sources=tuple(town.sources),
        limit=CONDITIONS * 3,
    )
    natures = [one for one in found if one.kind is Kind.CATEGORY][: CONDITIONS - 1]  # leave room for a zone
    others = [one for one in found if one.kind in OFFERED_KINDS and one.kind is not Kind.CATEGORY]
    shown = [*natures, *others][:CONDITIONS]
    for one in shown:
        whole = text[: one.start] + one.text + text[one.end :]
        yield Offer(whole, one.label, one.detail, ICONS[one.kind], is_open=one.text.endswith(OPEN_ENDS))


def _of_street(text: str, words: int, street: Street, viewer: Viewer) -> Offer:
    before = " ".join(text.split()[:-words])
    is_french = language_of() == "fr"
    if EXACT_PLACE & masked_columns(viewer):
        said, kind = f'{"adresse" if is_french else "address"}:"{street.name}"', _("in the address")
    else:
        key = "près" if is_french else "near"
        said, kind = f"{key}:{street.lat_deg:.5f},{street.lon_deg:.5f},{NEAR_M}m", _("facts near")
    return Offer(f"{before} {said}".strip(), street.name, kind, "map-pin")


def _pages(text: str, pages: list[Entry]) -> Iterator[Offer]:
    start = fold(text).strip()
    if len(start) < SHORTEST:
        return
    count = 0
    for entry in pages:
        label = str(entry.place.label)
        folded = fold(label)
        if count < PAGES and (folded.startswith(start) or f" {start}" in folded):
            count += 1
            yield Offer("", label, _("page"), entry.place.icon, address=entry.address)
