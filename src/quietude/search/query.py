"""From what a person types to what is searched: never an error, always the best reading, with notes on the rest.

`tapage nocturne`, `"rue de la République"`, `agress*`, `tapge~1`, `bruit OU musique`, `-voiture`, `titre:rixe`, and
every condition of the filter's text form: `nature:bruit depuis:2019`. See docs/search-language.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from quietude.model.filter.errors import FilterError
from quietude.model.filter.lexicon import plain
from quietude.model.filter.moments import looks_like_period
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.search.analysis import Language, analyser
from quietude.search.query_leaves import Leaves
from quietude.search.query_lexer import Kind, Piece, pieces_of
from quietude.search.query_notes import DEEPEST, LONGEST_QUERY, LONGEST_SAID, MOST_LEAVES, Left, Note
from quietude.search.query_tree import All, Condition, Node, Not, all_of, any_of

FIELD_KEYS = {
    "titre": "title",
    "title": "title",
    "texte": "text",
    "text": "text",
    "adresse": "place_label",
    "address": "place_label",
    "lieu": "place_label",
    "place": "place_label",
    "libelle": "source_category",
    "label": "source_category",
    "etiquette": "tags",
    "tag": "tags",
    "annotation": "notes",
    "numero": "order_number",
    "number": "order_number",
    "classe": "kind_title",
    "class": "kind_title",
}
"""Key, folded → where its words are looked for. `lieu` is a zone first, and words of the place where it is none."""

ReadConditions = Callable[[str], Filter]
"""Reads the text form of a filter (`quietude.model.filter.text.parse`, but for the text); raises `FilterError`."""

_SPACED_PLATE = re.compile(r"(?<!\S)([A-Za-z]{2}) (\d{3}) ([A-Za-z]{2})(?!\S)")
_VALUE = re.compile(r'"((?:\\.|[^"\\])*)"|“([^”]*)”|«([^»]*)»|([^\s,"“”«»()]+)')


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched: the conditions of a filter and a tree of words, which hold together."""

    conditions: Filter
    """Without words: these are in the tree."""
    words: Node | None
    """None when any text will do."""
    notes: tuple[Note, ...] = ()


def read_search(text: str, conditions: ReadConditions, language: Language = "fr") -> Search:
    """Return what a text asks for. No text is an error; what is left aside is noted.

    Args:
        text: as typed; only the first `LONGEST_QUERY` characters are read.
        conditions: reads one condition of the filter's text form.
        language: of the texts that are searched; keys and operators are read in both.
    """
    reading = _Reading(Leaves(analyser(language)), conditions)
    if len(text) > LONGEST_QUERY:
        reading.leaves.notes.append(Note(Left.TOO_LONG, LONGEST_QUERY, len(text) - LONGEST_QUERY, ""))
        text = text[:LONGEST_QUERY]
    reading.pieces = reading.bounded(pieces_of(_SPACED_PLATE.sub(r"\1-\2-\3", text)))
    node = reading.whole()
    filtered, words = _parted(node)
    if words is None and filtered.is_open and text.strip() and not reading.leaves.notes:
        reading.leaves.notes.append(Note(Left.NO_WORD, 0, len(text), text[:LONGEST_SAID]))
    once = {(note.why, note.said): note for note in reversed(reading.leaves.notes)}
    return Search(filtered, words, tuple(sorted(once.values(), key=lambda note: note.position)))


def search_of(question: Filter, language: Language = "fr") -> Search:
    """Return the search that a filter states: its words, each as it stands, become the tree."""
    made = Leaves(analyser(language))
    wanted = [made.phrase(word) for word in question.words]
    unwanted = [made.phrase(word) for word in question.without_words]
    nodes = [node for node in wanted if node is not None] + [Not(node) for node in unwanted if node is not None]
    return Search(replace(question, words=(), without_words=()), all_of(nodes))


@dataclass
class _Reading:
    """A reader that goes through the pieces once."""

    leaves: Leaves
    conditions: ReadConditions
    pieces: list[Piece] = field(default_factory=list)
    at: int = 0
    depth: int = 0

    def bounded(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Return the pieces up to the last that may be searched."""
        found: list[Piece] = []
        count = 0
        for piece in pieces:
            count += piece.kind in _LEAVES
            if count > MOST_LEAVES:
                self.leaves.note(Left.TOO_MANY, piece)
                break
            found.append(piece)
        return found

    def whole(self) -> Node | None:
        """Return the tree of all pieces; closing parentheses too many are passed over."""
        nodes = []
        while self.at < len(self.pieces):
            nodes.append(self._choice())
            if self.at < len(self.pieces):
                self.leaves.note(Left.PARENTHESIS, self._take())
        return all_of([node for node in nodes if node is not None])

    def _peek(self) -> Kind | None:
        return self.pieces[self.at].kind if self.at < len(self.pieces) else None

    def _take(self) -> Piece:
        self.at += 1
        return self.pieces[self.at - 1]

    def _choice(self) -> Node | None:
        found = [self._together()]
        while self._peek() is Kind.OR:
            operator = self._take()
            found.append(self._together())
            if found[-1] is None or found[-2] is None:
                self.leaves.note(Left.OPERATOR, operator)
        return any_of([node for node in found if node is not None])

    def _together(self) -> Node | None:
        found: list[Node] = []
        while self._peek() not in {None, Kind.CLOSE, Kind.OR}:
            if self._peek() is Kind.AND:
                operator = self._take()
                if not found or self._peek() in {None, Kind.CLOSE, Kind.OR, Kind.AND}:
                    self.leaves.note(Left.OPERATOR, operator)
                continue
            node = self._signed()
            if node is not None:
                found.append(node)
        return all_of(found)

    def _signed(self) -> Node | None:
        is_refused = False
        operator = None
        while self._peek() is Kind.NOT:
            operator = self._take()
            is_refused = not is_refused
        if operator is not None and self._peek() in {None, Kind.CLOSE, Kind.OR, Kind.AND}:
            self.leaves.note(Left.OPERATOR, operator)
            return None
        node = self._primary(self._take())
        if not is_refused or node is None:
            return node
        return node.of if isinstance(node, Not) else Not(node)

    def _primary(self, piece: Piece) -> Node | None:
        if piece.kind is Kind.OPEN:
            return self._group(piece)
        if piece.kind in {Kind.FIELD, Kind.COMPARISON}:
            return self._condition(piece)
        if piece.kind is Kind.PHRASE:
            if piece.is_open:
                self.leaves.note(Left.UNCLOSED_QUOTE, piece)
            if piece.suffix:
                self.leaves.note(Left.FUZZY if piece.suffix[0] == "~" else Left.WILDCARD, piece, piece.suffix)
            return self.leaves.phrase(piece.text)
        if looks_like_period(piece.text):
            return self._period(piece)
        return self.leaves.word(piece, piece.text)

    def _group(self, opening: Piece) -> Node | None:
        if self.depth >= DEEPEST:
            self.leaves.note(Left.TOO_DEEP, opening)
            return None
        self.depth += 1
        node = self._choice()
        self.depth -= 1
        if self._peek() is Kind.CLOSE:
            self._take()
        else:
            self.leaves.note(Left.PARENTHESIS, opening)
        return node

    def _period(self, piece: Piece) -> Node | None:
        try:
            question = self.conditions(piece.text)
        except FilterError:
            return self.leaves.word(piece, piece.text)
        if question.words or question.is_open:
            return self.leaves.word(piece, piece.text)
        self.leaves.note(Left.PERIOD, piece)
        return Condition(question)

    def _condition(self, piece: Piece) -> Node | None:
        where = FIELD_KEYS.get(plain(piece.key))
        if where is not None and where != "place_label":
            return self._in_field(piece, where)
        try:
            return Condition(self.conditions(piece.text))
        except FilterError as error:
            if where is not None:
                return self._in_field(piece, where)
            detail = tuple((language, error.say(language)) for language in ("fr", "en"))
            self.leaves.note(Left.CONDITION, piece, detail=detail)
            return self.leaves.words(re.sub(r'["“”«»<>=≥≤:,]', " ", piece.text))

    def _in_field(self, piece: Piece, where: str) -> Node | None:
        found: list[Node | None] = []
        for value in _VALUE.finditer(piece.value):
            *quoted, bare = value.groups()
            if bare is not None:
                found.append(self.leaves.word(piece, bare, where))
            else:
                found.append(self.leaves.phrase(next(text for text in quoted if text is not None), where))
        return any_of([node for node in found if node is not None])


_LEAVES = frozenset({Kind.FIELD, Kind.COMPARISON, Kind.PHRASE, Kind.WORD})


def _parted(node: Node | None) -> tuple[Filter, Node | None]:
    """Return the conditions that hold for the whole search as one filter, and the rest of the tree."""
    conditions = Filter()
    rest: list[Node] = []
    for child in node.of if isinstance(node, All) else (node,) if node is not None else ():
        asked = child.question if isinstance(child, Condition) else _excluded(child)
        joined = _joined(conditions, asked) if asked is not None else None
        if joined is None:
            rest.append(child)
        else:
            conditions = joined
    return conditions, all_of(rest)


def _excluded(node: Node) -> Filter | None:
    """Return the filter that excludes what one condition asks for, where a filter can say so."""
    if not (isinstance(node, Not) and isinstance(node.of, Condition)):
        return None
    asked = node.of.question
    said = [item.name for item in fields(Filter) if getattr(asked, item.name) != getattr(Filter(), item.name)]
    choice = getattr(asked, said[0]) if len(said) == 1 else None
    if not isinstance(choice, Choice | ZoneChoice) or choice.none_of:
        return None
    opposite: dict[str, Any] = {said[0]: type(choice)(none_of=choice.any_of)}  # type: ignore[arg-type]
    return Filter(**opposite)


def _joined(first: Filter, second: Filter) -> Filter | None:
    """Return both filters as one, choices added as the text form adds them; None where they say a thing twice."""
    values: dict[str, Any] = {}
    for item in fields(Filter):
        mine, theirs = getattr(first, item.name), getattr(second, item.name)
        if isinstance(mine, Choice | ZoneChoice):
            values[item.name] = type(mine)((*mine.any_of, *theirs.any_of), (*mine.none_of, *theirs.none_of))
        elif isinstance(mine, tuple) and item.name != "polygon":
            values[item.name] = (*mine, *theirs)
        elif mine is not None and theirs is not None and mine != theirs:
            return None
        else:
            values[item.name] = theirs if mine is None else mine
    return Filter(**values)
