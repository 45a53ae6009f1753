"""Words that find one another: acronyms and synonyms of the trade, and a town's own, added when a search is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from quietude.search.analysis import analyse
from quietude.search.query_tree import All, AnyOf, Node, Not, Phrase, Term, all_of, any_of

Words = tuple[str, ...]
"""The terms of one entry, in order."""


class SynonymsError(ValueError):
    """A file of synonyms that can't be read: the message says where and what to write."""


@dataclass(frozen=True)
class Synonyms:
    """What each word, or run of words, also finds."""

    also: Mapping[Words, tuple[Words, ...]]

    @property
    def longest(self) -> int:
        """Return the terms of the longest entry; 0 without entries."""
        return max(map(len, self.also), default=0)

    def __or__(self, others: Synonyms) -> Synonyms:
        """Return both: a town's added to ours."""
        keys = dict.fromkeys((*self.also, *others.also))
        return Synonyms(
            {key: tuple(dict.fromkeys((*self.also.get(key, ()), *others.also.get(key, ())))) for key in keys}
        )


def load_synonyms(town_file: Path | None = None) -> Synonyms:
    """Return the synonyms of the trade, with a town's where it has a file.

    Raises:
        SynonymsError: a file is not as it should be.
    """
    ours = files("quietude.search").joinpath("synonyms.yml")
    known = read_synonyms(ours.read_text(encoding="utf-8"), "synonyms.yml")
    if town_file is None or not town_file.is_file():
        return known
    try:
        text = town_file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SynonymsError(f"{town_file}:{line}: not UTF-8; save the file as UTF-8") from None
    return known | read_synonyms(text, str(town_file))


def read_synonyms(text: str, name: str) -> Synonyms:
    """Return the synonyms that a text in YAML states; `name` is said in errors.

    Raises:
        SynonymsError: the text is no YAML, or has other keys or values than expected.
    """
    try:
        stated = YAML(typ="rt").load(text) or {}
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise SynonymsError(f"{name}:{line}: {error.problem}; see docs/search-language.md for an example") from None
    if not isinstance(stated, dict) or not set(stated) <= {"same", "one_way"}:
        raise SynonymsError(f"{name}:1: expected the keys 'same' and 'one_way', and no other")
    marks: Any = stated
    for key, kind, words in (("same", list, "a list of lists"), ("one_way", dict, "words, each with a list")):
        if not isinstance(stated.get(key) or kind(), kind):
            raise SynonymsError(f"{name}:{marks.lc.key(key)[0] + 1}: expected {words} under '{key}'")
    also: dict[Words, dict[Words, None]] = {}
    for group in _groups(stated, name):
        for word in group:
            also.setdefault(word, {}).update(dict.fromkeys(other for other in group if other != word))
    for word, others in _one_way(stated, name):
        also.setdefault(word, {}).update(dict.fromkeys(other for other in others if other != word))
    return Synonyms({word: tuple(others) for word, others in also.items() if others})


def _groups(stated: Mapping[str, Any], name: str) -> Iterator[list[Words]]:
    groups: Any = stated.get("same") or []
    for place, group in enumerate(groups):
        line = groups.lc.item(place)[0] + 1
        if not isinstance(group, list) or len(group) < 2:
            raise SynonymsError(f"{name}:{line}: {group!r} is no list of two words or more; write [PM, police]")
        yield [_terms(word, name, line) for word in group]


def _one_way(stated: Mapping[str, Any], name: str) -> Iterator[tuple[Words, list[Words]]]:
    entries: Any = stated.get("one_way") or {}
    for word, others in entries.items():
        line = entries.lc.key(word)[0] + 1
        if not isinstance(others, list) or not others:
            raise SynonymsError(f"{name}:{line}: {others!r} is no list of words; write {word}: [one, another]")
        yield _terms(word, name, line), [_terms(other, name, line) for other in others]


def _terms(word: object, name: str, line: int) -> Words:
    terms = tuple(token.term for token in analyse(str(word)))
    if not terms:
        raise SynonymsError(f"{name}:{line}: {word!r} has no word that is searched; take it away")
    return terms


def expand(node: Node | None, synonyms: Synonyms) -> Node | None:
    """Return a tree that also finds the synonyms of its words; what stands in quotes finds itself only."""
    if isinstance(node, Not):
        inner = expand(node.of, synonyms)
        return Not(inner) if inner is not None else None
    if isinstance(node, AnyOf):
        return any_of([inner for child in node.of if (inner := expand(child, synonyms)) is not None])
    if isinstance(node, All):
        return all_of(list(_expanded(node.of, synonyms)))
    return next(_expanded((node,), synonyms)) if node is not None else None


def _expanded(nodes: tuple[Node, ...], synonyms: Synonyms) -> Iterator[Node]:
    """Yield nodes that must all hold; the longest run of words that has synonyms goes first."""
    at = 0
    while at < len(nodes):
        run = next(_runs(nodes, at, synonyms), None)
        if run is None:
            node = nodes[at]
            expanded = expand(node, synonyms) if isinstance(node, All | AnyOf | Not) else node
            if expanded is not None:
                yield expanded
            at += 1
            continue
        field = run[0].field
        itself = all_of(list(run))
        found = [_node(words, field) for words in synonyms.also[tuple(term.term for term in run)]]
        yield any_of([*([itself] if itself is not None else []), *found]) or run[0]
        at += len(run)


def _runs(nodes: tuple[Node, ...], at: int, synonyms: Synonyms) -> Iterator[tuple[Term, ...]]:
    """Yield the runs of words of one field from `at` on that have synonyms, longest first."""
    for length in range(min(synonyms.longest, len(nodes) - at), 0, -1):
        run = tuple(_same_field(nodes[at : at + length]))
        if len(run) == length and tuple(term.term for term in run) in synonyms.also:
            yield run


def _same_field(nodes: Iterable[Node]) -> Iterator[Term]:
    terms = [node for node in nodes if isinstance(node, Term)]
    yield from (term for term in terms if term.field == terms[0].field)


def _node(words: Words, field: str | None) -> Node:
    return Phrase(words, field) if len(words) > 1 else Term(words[0], field)
