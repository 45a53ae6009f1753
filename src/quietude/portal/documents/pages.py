"""One page of a document as it is read: its words, where those that are looked for stand, the pages that have some."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from quietude.portal.documents.asked import folded, words_in
from quietude.portal.documents.models import PageText, Version

PAGE_PX = 1_100
"""Width of a page's picture: an A4 page at 133 dpi, on which small print is read."""
THUMB_PX = 96
"""Width of a thumbnail: a letter of 11 points is 2 px high there, and no word can be read."""
HITS_MAX = 500
"""Boxes drawn over one page: a page of a thousand words whose every second one is found is not read by boxes."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a word stands, in thousandths of the page's width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page's text, found or not."""

    text: str
    is_hit: bool
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class ShownPage:
    """One page as it is shown."""

    page: PageText
    pieces: tuple[Piece, ...]
    boxes: tuple[Box, ...]

    @property
    def width_px(self) -> int:
        """Return how wide its picture is."""
        return PAGE_PX

    @property
    def height_px(self) -> int:
        """Return how high its picture is."""
        return round(PAGE_PX * self.page.height / self.page.width) if self.page.width > 0 else PAGE_PX

    @property
    def hits(self) -> int:
        """Return how many words of the text are found."""
        return sum(piece.is_hit for piece in self.pieces)


def shown_page(page: PageText, asked: str) -> ShownPage:
    """Return a page with what is looked for marked in its text and boxed in its picture."""
    wanted = words_in(asked)
    return ShownPage(page, tuple(_pieces(page.text, wanted)), tuple(_boxes(page, wanted)[:HITS_MAX]))


def pages_with(version: Version, asked: str) -> list[int]:
    """Return the numbers of the pages on which any of the words stands; none when nothing is asked."""
    wanted = words_in(asked)
    if not wanted:
        return []
    any_of = Q()
    for word in wanted:
        any_of |= Q(folded__contains=word)
    return list(version.pages.filter(any_of).order_by("number").values_list("number", flat=True))


def beside(numbers: Sequence[int], number: int) -> tuple[int | None, int | None]:
    """Return the number before and the one after, round the end; none where there is no other."""
    others = [each for each in numbers if each != number]
    if not others:
        return None, None
    before = [each for each in others if each < number]
    after = [each for each in others if each > number]
    return (before or others)[-1], (after or others)[0]


def _pieces(text: str, wanted: Sequence[str]) -> list[Piece]:
    if not wanted:
        return [Piece(text, is_hit=False)]
    found = re.compile("|".join(re.escape(word) for word in sorted(wanted, key=len, reverse=True)))
    pieces, end, is_first = [], 0, True
    for hit in found.finditer(folded(text)):
        pieces.append(Piece(text[end : hit.start()], is_hit=False))
        pieces.append(Piece(text[hit.start() : hit.end()], is_hit=True, is_first=is_first))
        end, is_first = hit.end(), False
    return [*pieces, Piece(text[end:], is_hit=False)]


def _boxes(page: PageText, wanted: Sequence[str]) -> list[Box]:
    return [
        Box(*(round(1000 * each, 1) for each in (left, top, right - left, bottom - top)))
        for word, left, top, right, bottom in page.words
        if any(each in folded(word) for each in wanted)
    ]
