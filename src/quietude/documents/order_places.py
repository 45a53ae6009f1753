"""Where an order on traffic holds: the ways of its title, the stretches of them in its text, the districts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from quietude.documents.ways import KIND, PLURAL, WAY, plain

ORDINAL = r"(?:er|[eè]me|[eè])"
TOWN = r"[A-ZÀ-Ý][A-Za-zÀ-ÿ'-]*"
DISTRICT_LIST = rf"((?:\d{{1,2}}\s?{ORDINAL}?\s*(?:,|et)\s*(?:le\s+)?)*\d{{1,2}}\s?{ORDINAL})\b"
DISTRICT = re.compile(
    rf",?\s*(?:à|de|au)\s+{TOWN}\s*,?\s*(?:dans\s+les?\s+)?{DISTRICT_LIST}(?:\s+arrondissements?)?"
    rf"|,?\s*(?:du|des|à|le|dans les?|[a-z],)?\s*{DISTRICT_LIST}\s+arrondissements?(?:\s+de\s+{TOWN})?",
)
AT_TOWN = re.compile(rf",?\s*à\s+{TOWN}(?:\s+Centre)?\s*\.?$")
KINDS = rf"(?:{'|'.join(sorted(PLURAL, key=len, reverse=True))}|{KIND})"
STARTS = re.compile(
    rf"(?:la\s+|le\s+|l['’]|les\s+|du\s+|de\s+la\s+|sur\s+(?:la\s+|le\s+)?)?({KINDS})\s+", re.IGNORECASE
)
FIRST = re.compile(rf"\b({KINDS})\s+", re.IGNORECASE)
OTHERS = re.compile(
    r",?\s*(?:\bet\s+)?(?:\b(?:dans|sur)\s+)?(?:\b(?:d['’]|de\s+))?\b(?:autres|diverses|plusieurs|certaines)\s+voies?\b"
    r"(?:\s+adjacentes)?",
    re.IGNORECASE,
)
NO_WAY = re.compile(
    r"\bvoies?\s+(?:publiques?|communales?|de\s+compétence|de\s+circulation|de\s+bus|réservées?|cyclables?)"
    r"|\bplaces?\s+(?:de\s+stationnement|de\s+livraisons?|réservées?)|\bpassages?\s+(?:piétons?|de\s+la\s+flamme)"
    r"|\ben\s+cours\s|\bvoie\s+dénommée(?=\s)|\bdroit\s+de\s+passage",
    re.IGNORECASE,
)
STRETCH = re.compile(
    r"\s*[,(]?\s*(?:dans\s+sa\s+partie|tronçon|section|portion)\s+(?:comprise?\s+)?entre\s.+?(?=\)|,\s*à\s|$)|\s*\(entre\s[^)]*\)"
    r"|,?\s*(?:au\s+droit|à\s+la\s+hauteur|à\s+hauteur|face)\s+(?:du|des|au|aux)\s+(?:n\s?[°ºo]s?\s?)?\d+[^,]*",
    re.IGNORECASE,
)
PARTED = re.compile(r"(\s*,\s*(?:et\s+)?|\s+et\s+)")
TAIL = re.compile(
    r"\s*(?:,\s*)?(?:\bà\s+l['’]occasion\b.*|\bpendant\b.*|\blors\s+d.*|\bpour\s+(?:des|les|la|le|l['’]|un).*|\bsous\b.*|\([^)]*\))$",
    re.IGNORECASE,
)
TWIN = re.compile(rf"\b({KIND})\s+et\s+({KIND})\s+([^,]+)", re.IGNORECASE)
"""Two ways of one name: "quai et impasse de Conti"."""
LONE_DISTRICT = re.compile(rf"\s(\d{{1,2}}){ORDINAL}\.?$")
RULE = re.compile(r"stationnement|circulation|cycles|règles?", re.IGNORECASE)
NUMBER = r"(?:n\s?[°ºo]s?\s?)?(\d{1,4}(?:\s?(?:bis|ter))?)"
BETWEEN_NUMBERS = re.compile(
    rf"\b(?:du|des|entre\s+les?|entre|au\s+droit\s+(?:du|des))\s+(?:n\s?[°ºo]s?\s?)(\d{{1,4}}(?:\s?(?:bis|ter))?)\s+"
    rf"(?:au|à|et|et\s+le)\s+{NUMBER}\b",
    re.IGNORECASE,
)
AT_NUMBER = re.compile(
    r"\b(?:au\s+droit|à\s+hauteur|à\s+la\s+hauteur|face)\s+(?:du|des|au|aux)\s+(?:n\s?[°ºo]s?\s?)"
    r"(\d{1,4}(?:\s?(?:bis|ter))?)\b",
    re.IGNORECASE,
)
BETWEEN_WAYS = re.compile(
    rf"\bentre\s+(?:la\s+|le\s+|l['’])?((?:{KIND})\s[^,;.()]{{2,60}}?)\s+et\s+(?:la\s+|le\s+|l['’])?([^,;.()•→]{{3,60}})",
    re.IGNORECASE,
)
FAR = 140  # letters between a way and what is said of a part of it
Known = Callable[[str], bool]
"""Tells whether the town has a way of a name."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a way: between two numbers, at one (then both are the same), or between two crossings."""

    way: str
    first: str
    last: str
    is_between_ways: bool = False


def districts_of(said: str) -> tuple[str, ...]:
    """Return the numbers of the districts that a title names, in its order."""
    found: list[str] = []
    for match in DISTRICT.finditer(said):
        found += re.findall(r"\d{1,2}", match[1] or match[2])
    alone = LONE_DISTRICT.search(said)
    return tuple(dict.fromkeys(found)) or ((alone[1],) if alone else ())


def names_others(said: str) -> bool:
    """Tell whether a title means ways that it does not name."""
    return bool(OTHERS.search(said))


def ways_of(said: str, known: Known | None = None) -> tuple[str, ...]:
    """Return the ways of a title, in its order, each with its kind: "rue Soufflot".

    After "rues" each further name is a way. After "rue" it belongs to the name (Pierre et Marie Curie), unless the town
    is asked (`known`) and has the two, but not the one.
    """
    district = DISTRICT.search(said)
    body = said[: district.start()] if district else said
    body = body if district else AT_TOWN.sub("", body)  # with a district the town is gone: "route des Lacs à Madrid"
    for pattern in (STRETCH, TAIL, NO_WAY, OTHERS, LONE_DISTRICT):
        body = pattern.sub("" if pattern is not OTHERS else ", ", body)
    body = TWIN.sub(r"\1 \3 et \2 \3", body)
    first = FIRST.search(body)
    if first is None:
        return ()
    ways: list[str] = []
    kind, is_many, is_open, between = "", False, False, ""
    for at, raw in enumerate(PARTED.split(body[first.start() :])):
        if at % 2:
            between = raw
            continue
        piece = _from_way(raw)
        begins = STARTS.match(piece)
        if begins:
            written = begins[1].lower()
            kind, is_many, is_open = PLURAL.get(written, written), written in PLURAL, True
            ways.append(f"{kind} {piece[begins.end() :]}")
        elif not piece.strip():
            is_open = is_open and bool(ways)
        elif is_open and is_many:
            ways.append(f"{kind} {piece}")
        elif is_open and "," not in between:
            ways += _joined(ways.pop(), kind, piece, known)
        else:
            is_open = False
    return tuple(plain(way).rstrip(")") for way in ways)


def _from_way(piece: str) -> str:
    """Return a piece from its way on, where rules are said before it: "de stationnement rue de Nantes"."""
    later = FIRST.search(piece)
    return piece[later.start() :] if later and RULE.search(piece[: later.start()]) else piece


def _joined(way: str, kind: str, piece: str, known: Known | None) -> list[str]:
    one, two = f"{way} et {piece}", [way, f"{kind} {piece}"]
    return two if known is not None and not known(one) and all(known(each) for each in two) else [one]


def stretches_of(text: str) -> tuple[Stretch, ...]:
    """Return the parts of ways that a text names, each with the way named last before it."""
    said = " ".join(text.split())
    found: list[tuple[int, Stretch]] = []
    taken: set[int] = set()
    ways = [(match.end(), plain(match[0])) for match in WAY.finditer(said)]
    for pattern in (BETWEEN_WAYS, BETWEEN_NUMBERS, AT_NUMBER):
        for match in pattern.finditer(said):
            before = [name for end, name in ways if match.start() - FAR <= end <= match.start()]
            if not before or any(at in taken for at in range(*match.span())):
                continue
            taken.update(range(*match.span()))
            crosses = pattern is BETWEEN_WAYS
            last = match[1] if pattern is AT_NUMBER else match[2]
            found.append((match.start(), Stretch(before[-1], plain(match[1]), plain(last), crosses)))
    return tuple(dict.fromkeys(each for _at, each in sorted(found, key=lambda pair: pair[0])))
