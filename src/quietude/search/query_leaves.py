"""From one piece of what was typed to a leaf of the tree: words, phrases, beginnings and words with a slip in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from quietude.search.analysis import Analyser
from quietude.search.folded import fold_words
from quietude.search.query_lexer import Piece
from quietude.search.query_notes import LONGEST_SAID, Left, Note
from quietude.search.query_tree import Fuzzy, Node, Phrase, Prefix, Term, all_of, any_of

SHORTEST_PREFIX = 2  # letters; one letter begins a tenth of the dictionary
SHORTEST_FUZZY = 3  # letters; a word of two with one changed is any word
LONG_WORD = 6  # letters from which `~` alone allows two slips
_PLATE = re.compile(r"([a-z]{2})(\d{3})([a-z]{2})")
_SLIPS = re.compile(r"(.*?)~(\d*)")


@dataclass
class Leaves:
    """Makes leaves, and notes what it leaves aside."""

    analyser: Analyser
    notes: list[Note] = field(default_factory=list)

    def note(self, why: Left, piece: Piece, said: str = "", detail: tuple[tuple[str, str], ...] = ()) -> None:
        """Add a note on a piece."""
        self.notes.append(Note(why, piece.position, piece.length, (said or piece.text)[:LONGEST_SAID], detail))

    def phrase(self, text: str, where: str | None = None) -> Node | None:
        """Return the leaf for words in quotes; None where there is no searched word in them."""
        terms = tuple(token.term for token in self.analyser.analyse(text))
        if len(terms) > 1:
            return Phrase(terms, where)
        return self._term(terms[0], where) if terms else None

    def words(self, text: str, where: str | None = None) -> Node | None:
        """Return the node for words without quotes: each must be found."""
        return all_of([leaf for word in text.split() if (leaf := self.phrase(word, where)) is not None])

    def word(self, piece: Piece, text: str, where: str | None = None) -> Node | None:
        """Return the leaf for a word as typed, with its star or tilde."""
        text = text.lstrip("+")
        slips = _SLIPS.fullmatch(text)
        if slips is not None:
            return self._fuzzy(piece, slips[1].rstrip("*"), slips[2], where)
        if "*" in text:
            return self._starred(piece, text, where)
        if "~" in text:
            self.note(Left.FUZZY, piece)
        return self.phrase(text.replace("~", " "), where)

    def _term(self, term: str, where: str | None) -> Node:
        plate = _PLATE.fullmatch(term)
        spaced = self.phrase(" ".join(plate.groups()), where) if plate is not None else None
        if isinstance(spaced, Phrase) and len(spaced.terms) == len(plate.groups() if plate is not None else ()):
            return any_of([Term(term, where), spaced]) or Term(term, where)
        return Term(term, where)

    def _starred(self, piece: Piece, text: str, where: str | None) -> Node | None:
        start, _, rest = text.lstrip("*").partition("*")
        tokens = self.analyser.analyse(start)
        last = start[tokens[-1].start : tokens[-1].end] if tokens else start
        letters = re.sub(r"[\W_]", "", fold_words(last))
        if text.startswith("*") or rest.strip("*"):
            self.note(Left.WILDCARD, piece)
            if text.startswith("*") and not rest and not text.endswith("*"):
                return self.phrase(start, where)
        if len(letters) < SHORTEST_PREFIX:
            self.note(Left.SHORT_PREFIX, piece)
            return self.phrase(start, where)
        before: list[Node] = [Term(token.term, where) for token in tokens[:-1]]
        return all_of([*before, Prefix(letters, tokens[-1].term if tokens else letters, where)])

    def _fuzzy(self, piece: Piece, text: str, slips: str, where: str | None) -> Node | None:
        leaf = self.phrase(text, where)
        asked = int(slips[:3]) if slips else (2 if len(text) >= LONG_WORD else 1)
        if not isinstance(leaf, Term) or len(leaf.term) < SHORTEST_FUZZY or asked > 2:
            self.note(Left.FUZZY, piece)
        if not isinstance(leaf, Term) or len(leaf.term) < SHORTEST_FUZZY or asked == 0:
            return leaf
        return Fuzzy(leaf.term, min(asked, 2), where)
