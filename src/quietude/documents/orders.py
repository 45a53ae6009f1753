"""A municipal order on traffic: its number, what it rules, the ways, the days. A proposal of planned works."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from quietude.documents.extracted import Page
from quietude.documents.mentions import ORDER, mentions
from quietude.documents.order_places import Known, Stretch, districts_of, names_others, stretches_of, ways_of
from quietude.documents.order_times import Hours, days_of, hours_of
from quietude.documents.ways import plain

OBSTRUCTS = re.compile(r"gênant\s+la\s+circulation(?:\s+générale)?", re.IGNORECASE)
"""Said of parking: such an order rules no traffic."""
NATURES = {
    "traffic": r"circulation|sens unique|sens interdit|limitation de (?:la )?vitesse|voie.{0,20}fermée",
    "parking": r"stationnement|arrêt des véhicules|livraison|emplacements? réservés?",
    "cycles": r"\bcycles\b|cyclistes|cyclables?",
    "meeting_zone": r"zones? de rencontre",
    "pedestrian_area": r"aires? piétonnes?",
    "one_way": r"sens unique|sens interdit",
    "speed": r"limitation de (?:la )?vitesse|vitesse (?:maximale|limitée)|\bzones? 30\b",
    "works": r"\btravaux\b|\bchantiers?\b|\bfouilles?\b|\bterrassements?\b",
}
"""What an order rules, by the words of its title."""
_NATURES = {name: re.compile(words, re.IGNORECASE) for name, words in NATURES.items()}
FORBIDS = re.compile(
    r"interdi(?:ction|sant|t|te|ts|tes)\b[^.;]{0,60}?\b(?:du|le|la|de\s+la)\s+(stationnement|circulation)"
    r"(?:\s+et\s+(?:du|le|la|de\s+la)\s+(stationnement|circulation))?"
    r"|\b(stationnement|circulation)(?:\s+et\s+(?:le|la)\s+(stationnement|circulation))?\s+des\s+véhicules[^.;]{0,60}?"
    r"\b(?:sera|seront|est|sont)\s+interdit",
    re.IGNORECASE,
)
HEAD = re.compile(
    r"\bARR[EÊ]T[EÉ]\s*(?:(?:MUNICIPAL|TEMPORAIRE|PERMANENT)\s*)?N\s?[°ºo].{5,600}?"
    r"(?=\bLE\s+MAIRE\b|\bLA\s+MAIRE\b|\bVU\b|\bCONSID[EÉ]RANT\b|\bARR[EÊ]TE\b|$)",
    re.IGNORECASE | re.DOTALL,
)
"""From the number down to who decides, or on what ground: the title, as acts are laid out."""
FOR_A_TIME = re.compile(r"provisoire|temporaire|momentanée?|pendant les travaux", re.IGNORECASE)
WORDS = {"stationnement": "parking", "circulation": "traffic"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an order on traffic says by its title and, where it was read, its text."""

    number: str | None
    ways: tuple[str, ...]
    """In the order they are named, each with its kind: "rue Soufflot"."""
    names_others: bool
    """Whether it means further ways, which the title does not name."""
    districts: tuple[str, ...]
    """The numbers of the districts, as the title writes them: "15"."""
    natures: frozenset[str]
    """Of `NATURES`."""
    forbids: frozenset[str]
    """Of "traffic" and "parking": what it forbids, not only rules."""
    is_temporary: bool
    first_day: date | None = None
    last_day: date | None = None
    hours: tuple[Hours, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    laws: tuple[str, ...] = ()
    """Articles and acts that the text rests on, in its order."""

    @property
    def length_days(self) -> int | None:
        """Return on how many days it holds, both ends counted; None where they are not said."""
        if self.first_day is None or self.last_day is None:
            return None
        return (self.last_day - self.first_day).days + 1


def read_order(title: str, text: str = "", known: Known | None = None) -> Order | None:
    """Return what an order says, None where its title rules no traffic and no parking.

    Args:
        title: of the order, as bulletins print it.
        text: of the order, where the days, the hours and the stretches stand.
        known: tells whether the town has a way of a name; without it, "rue A et B" is one way.
    """
    said = plain(title)
    bare = OBSTRUCTS.sub("", said)
    natures = frozenset(name for name, words in _NATURES.items() if words.search(bare))
    if not natures:
        return None
    number = ORDER.search(said)
    first, last = days_of(said)
    if first is None:
        first, last = days_of(text)
    laws = [each.value for each in mentions([_page(text)]) if each.kind == "law"]
    return Order(
        number=plain(number[1]).upper() if number else None, ways=ways_of(said, known), names_others=names_others(said),
        districts=districts_of(said), natures=natures, forbids=_forbidden(f"{said}. {text}"),
        is_temporary=bool(FOR_A_TIME.search(said)), first_day=first, last_day=last, hours=hours_of(text),
        stretches=stretches_of(f"{said}. {text}"), laws=tuple(dict.fromkeys(laws)),
    )  # fmt: skip


def title_in(text: str) -> str:
    """Return the title that the first page of an order bears, with its number; "" where it bears none."""
    found = HEAD.search(text)
    return plain(found[0]) if found else ""


def _forbidden(said: str) -> frozenset[str]:
    found = [word for match in FORBIDS.finditer(plain(said)) for word in match.groups() if word]
    return frozenset(WORDS[word.lower()] for word in found)


def _page(text: str) -> Page:
    return Page(number=1, text=text, width=None, height=None)
