"""The vocabulary as a page of documentation, made from the data so that it can't differ from it."""

from __future__ import annotations

from collections.abc import Iterator

from quietude.model.vocabulary.term import SCHEMES, Family, Term
from quietude.model.vocabulary.vocabulary import Vocabulary

HEAD = """# Vocabulary

What facts are called in Quiétude, whatever their source calls them: {families} families, {natures} natures, {details} \
details.
Codes have up to three levels, joined by dots. A fact has the finest code that surely holds; whoever asks for a nature
gets its details too. The severity is the default of facts whose source states none, from 1 (slight) to 5 (grave).
The origin says how such facts usually come to be known; the source decides.

This page is made by `python tools/vocabulary.py` from `src/quietude/model/vocabulary/families/*.yml`. Edit those, then
run it. How sources are mapped to these codes is in [commands](commands.md) and [decisions](decisions/vocabulary.md).
"""


def page(vocabulary: Vocabulary) -> str:
    """Return the page as Markdown."""
    levels = [term.level for term in vocabulary.terms]
    head = HEAD.format(families=levels.count(1), natures=levels.count(2), details=levels.count(3))
    sections = "\n".join("\n".join(_section(vocabulary, family)) for family in vocabulary.families)
    return f"{head}\n{sections}\n"


def _section(vocabulary: Vocabulary, family: Family) -> Iterator[str]:
    colour = "the colour of others" if family.colour is None else f"colour {family.colour}"
    yield f"## {family.label('fr')} / {family.label('en')}: `{family.code}`\n"
    yield f"{family.definition('fr')}\n\n{family.definition('en')}\n"
    yield f"Icon `{family.icon}`, {colour}, severity {family.severity}{_origin(family)}{_mappings(family)}\n"
    yield "| Code | Français | English | Severity |"
    yield "|---|---|---|--:|"
    for nature in vocabulary.children(family.code):
        yield _row(nature)
        for detail in vocabulary.children(nature.code):
            yield _row(detail)
    yield ""


def _row(term: Term) -> str:
    texts = [f"**{term.label(language)}**. {term.definition(language)}" for language in ("fr", "en")]
    return f"| `{term.code}`{_origin(term)}{_mappings(term)} | {' | '.join(texts)} | {term.severity} |"


def _origin(term: Term) -> str:
    return f", {term.origin.value}" if term.origin is not None else ""


def _mappings(term: Term) -> str:
    return "".join(f"; {name}: {', '.join(term.mappings[name])}" for name in SCHEMES if name in term.mappings)
