"""By what word a place is found in lists: the street's own name, whatever number and kind stand before it."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from django.db import connection
from django.db.models import Q

from quietude.portal.logbook.models import Entry

STREET_MAX = 80
FEW_MAX = 20_000
"""Entries that are read and put in order within a tenth of a second; of three millions, more are one in 150."""
LAST_LETTER = "\U0010ffff"  # after every text that begins with what stands before it
APART_MAX = 6  # streets that are asked for one by one: each question costs its own way to the database
_KINDS = (
    "rue|r|avenue|av|ave|boulevard|bd|bld|bvd|place|pl|placette|quai|chemin|ch|che|impasse|imp|cours|crs|allees?|all|"
    "traverse|tra|montee|mtee|square|sq|route|rte|passage|pass|esplanade|esp|rond-point|voie|sentier|escaliers?|"
    "promenade|prom|corniche|faubourg|fg|villa|parvis|pont|rampe|cite"
)
_WHERE = "devant|face|en face|angle|a l'angle|pres|a cote|derriere|niveau|au niveau|a hauteur|hauteur|vers|chez"
_LINK = r"(?:d[eu]s?\b|la\b|les?\b|aux?\b|a\b|l'|d')"
_NUMBERS = re.compile(r"^(?:no?\s*)?\d{1,4}(?:\s*(?:bis|ter|quater|[a-d])\b)?(?:\s*[-/à]\s*\d{1,4})?[\s,]+")
_BEFORE = re.compile(rf"^(?:(?:{_WHERE}|{_KINDS})\b\.?\s*|{_LINK}\s*)+")
_AFTER = re.compile(r"\s+\(?\b\d{5}\b.*$")


def street_of(label: str) -> str:
    """Return what a place is found by: "12 bis, rue de Rome, 13006" is "rome"; at most 80 characters, no accents."""
    bare = unicodedata.normalize("NFKD", label.lower().replace("’", "'"))
    said = " ".join("".join(letter for letter in bare if not unicodedata.combining(letter)).split())
    said = _AFTER.sub("", _NUMBERS.sub("", said)).split(",")[0].split("(")[0].strip()
    return (_BEFORE.sub("", said).strip(" .-'") or said)[:STREET_MAX]


class Way(Enum):
    """How the entries of a street are found."""

    APART = "one question a street: an index gives its entries in order"
    FEW = "all entries of the streets, put in order: there are few"
    WALK = "from the newest entry on: they are so frequent that a page is soon full"


def by_street(typed: str) -> tuple[Way, tuple[Q, ...]] | None:
    """Return how to find the entries whose street begins like what is typed, None where there are none.

    Beyond `APART_MAX` streets, up to `FEW_MAX` entries are put in order; of more, a page is found by walking.
    """
    key = street_of(typed)
    known = known_streets(key, APART_MAX + 1) if key else []
    if not known:
        return None
    if len(known) <= APART_MAX:
        return Way.APART, tuple(Q(street=street) for street in known)
    begins = Q(street__startswith=key)
    few = begins if connection.vendor == "postgresql" else Q(street__gte=key, street__lt=key + LAST_LETTER)
    count = Entry.objects.filter(few).order_by()[: FEW_MAX + 1].count()
    return (Way.FEW, (few,)) if count <= FEW_MAX else (Way.WALK, (begins,))


def known_streets(key: str, limit: int) -> list[str]:
    """Return the streets of entries that begin with a key, in their order: one step along the index for each."""
    is_server = connection.vendor == "postgresql"
    at_least, beyond, order = ("~>=~", "~>~", " USING ~<~") if is_server else (">=", ">", "")
    first = f"SELECT street, 1 AS n FROM logbook_entry WHERE street {at_least} %s ORDER BY street{order} LIMIT 1"
    more = f"SELECT e.street FROM logbook_entry e WHERE e.street {beyond} known.street ORDER BY e.street{order} LIMIT 1"
    statement = f"""WITH RECURSIVE known(street, n) AS (
        SELECT * FROM ({first}) AS f UNION ALL
        SELECT ({more}), known.n + 1 FROM known WHERE known.street IS NOT NULL AND known.n < %s
    ) SELECT street FROM known WHERE street IS NOT NULL"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [key, limit])
        found = [str(street) for (street,) in cursor.fetchall()]
    return [street for street in found if street.startswith(key)]
