"""The names of ways as French acts write them: "rue des Écoliers", "12 bis, avenue de l'Hôtel de Ville"."""

from __future__ import annotations

import re

UPPER, LOWER = "A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒ", "a-zàâäçéèêëîïôöùûüœ"
KINDS = (
    "allée", "avenue", "boulevard", "carrefour", "chaussée", "chemin", "cité", "cours", "esplanade", "galerie",
    "impasse", "mail", "parvis", "passage", "passerelle", "place", "pont", "port", "promenade", "quai", "rond-point",
    "route", "rue", "ruelle", "sente", "sentier", "square", "tunnel", "villa", "voie",
)  # fmt: skip
KIND = "|".join(KINDS)
WORD = rf"(?:[{UPPER}][{LOWER}]+(?:[-'’.][{UPPER}{LOWER}]+)*|[IVX]+\b|[{UPPER}]\.|\d{{1,4}}(?=\s+[{UPPER}]))"
LINK = r"(?:de\s+la|de|du|des|la|le|les)\s+|de\s+l['’]|d['’]|l['’]"
NAME = rf"(?:{LINK})?(?:{LINK})?{WORD}(?:[\s-]+(?:{LINK})?(?:{LINK})?{WORD})*(?:\s+\d{{4}})?"
WAY = re.compile(rf"\b(?:(?P<number>\d{{1,4}}(?:\s?(?:bis|ter))?),?\s+)?(?i:{KIND})\s+{NAME}")
CAPITALS = re.compile(rf"\b(?:{KIND.upper()})(?:\s+(?:D['’]|L['’])?[{UPPER}]{{2,}})+\b")
PLURAL = {kind + "s": kind for kind in KINDS if not kind.endswith("s")}


def plain(text: str) -> str:
    """Return a name on one line, with straight apostrophes."""
    return " ".join(text.replace("’", "'").split()).rstrip(" .,-")
