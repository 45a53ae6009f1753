"""More like this: the words that tell a fact from the reader's others, as a search that may be changed.

How rare a word is says its share of the facts that the reader may read: neither the answer nor its order depends on
what others may read.
"""

from __future__ import annotations

import math

from quietude.model.event import Event
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.search.feeding import current_index
from quietude.search.api import Term, analyse

WORDS = 6  # of the search: with more, each fact found shares little of what was said
LOOKED_AT = 40  # different words at most: each is counted in the index
SHORTEST = 3
COMMON = 0.2  # share of the reader's facts beyond which a word tells nothing


def alike(event: Event, viewer: Viewer) -> str:
    """Return the search for facts like one, as it is typed: its telling words, the rarest first; "" without any.

    Args:
        event: as the viewer may read it.
        viewer: whose facts are compared with.
    """
    written = _written(" . ".join(filter(None, (event.title, event.text))))
    index, whole = current_index(), Filter()
    among = index.count(viewer, whole, None)
    weights: list[tuple[float, str]] = []
    for term, word in list(written.items())[:LOOKED_AT]:
        found = index.count(viewer, whole, Term(term))
        if 1 < found <= max(among * COMMON, 2):
            weights.append((math.log(among / found), word))
    rarest = sorted(weights, key=lambda each: -each[0])[:WORDS]
    return " OU ".join(f'"{word}"' for _weight, word in rarest)


def _written(text: str) -> dict[str, str]:
    """Return the searched terms of a text, each as it is written there first; numbers and codes are left out."""
    found: dict[str, str] = {}
    for token in analyse(text):
        word = text[token.start : token.end].lower()
        if word.isalpha() and len(word) >= SHORTEST:
            found.setdefault(token.term, word)
    return found
