"""Number plates in free text: by their form where it is enough, else by the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

SUSPECT = (
    r"\b[A-Za-z]{2}[\-‐‑–. \x{A0}\t]{0,3}\d{3}[\-‐‑–. \x{A0}\t]{0,3}[A-Za-z]{2}\b"
    r"|\b\d{1,4}[\-‐‑–. \x{A0}\t]{0,3}[A-Za-z]{2,3}[\-‐‑–. \x{A0}\t]{0,3}(?:\d{2}|2[ABab]|97\d)\b"
    r"|(?i:immat|plaque|plate|licen[cs]e|\breg)"
)
"""Cheap pattern (of the Rust regex engine) that every text with a plate matches."""

_GAP = r"((?:[ \xa0\t]?[\-‐‑–][ \xa0\t]?|\.|[ \xa0\t]{1,2})?)"
_LETTER = "[A-HJ-NP-TV-Z]"  # plates have no I, O, U, too like 1, 0, V
_SIV = re.compile(rf"(?i)(?<!\w)(?<!\w[\-.])(?:F[ \-])?({_LETTER}{{2}}){_GAP}(\d{{3}}){_GAP}({_LETTER}{{2}})(?!\w|-\w)")
"""AB-123-CD, given since 2009."""
_FNI = re.compile(
    rf"(?i)(?<!\w)(?<!\w[\-.,/])(\d{{1,4}}){_GAP}({_LETTER}{{2,3}}){_GAP}(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-6])(?!\w|[\-./:]\w|,\d)"
)
"""1234 AB 13, given before."""
_ADJECTIVE = r"(?:\s+(?:étrangère|belge|italienne|espagnole|allemande|suisse|anglaise|polonaise|roumaine|provisoire))?"
_SAID = re.compile(
    rf"(?i)\b(?:immatricul\w*|immat\.?|plaque(?:\s+d'immatriculation)?{_ADJECTIVE}|licen[cs]e\s+plate"
    r"|plate(?:\s+(?:number|no\.?|#))?|reg(?:istration|\.)?(?:\s+(?:number|plate|mark|no\.?))?)"
    r"(?:\s+(?:est|sous|le|numéro|n°|no|is|was))?[\s:#]+"
    r"((?=[A-Z \-]{0,6}\d)[A-Z0-9]{1,4}(?:[ \-]?[A-Z0-9]{1,4}){1,2})\b"
)

_VEHICLES = (
    r"v[ée]hicules?|vh|vl|pl|voitures?|autos?|automobile|scooters?|motos?|cyclomoteur|quad|camions?|camionnettes?|fourgon\w*|utilitaire"
    r"|berline|taxi|vtc|remorque|caravane|plaques?|immat\w*|cars?|vehicles?|truck|van|trailer|suv|sedan|plates?|licen[cs]e|reg(?:istration)?"
    r"|renault|peugeot|citro[eë]n|dacia|clio|twingo|m[ée]gane|sc[ée]nic|kangoo|berlingo|volkswagen|vw|golf|polo|audi|bmw|mercedes|opel"
    r"|corsa|ford|fiesta|fiat|panda|toyota|yaris|nissan|seat|skoda|hyundai|kia|tesla|honda|yamaha|piaggio|suzuki|kawasaki|volvo|iveco"
)
_BEFORE = re.compile(rf"(?i)\b(?:{_VEHICLES})\W+(?:\w+\W+){{0,3}}\Z")
_AFTER = re.compile(
    rf"(?i)\W{{1,3}}(?:(?:de\s+)?(?:couleur|marque)|{_VEHICLES}|blanc(?:he)?|noire?|grise?|rouge|bleue?|verte?|jaune"
    r"|mal\s+gar|en\s+double\s+file|(?:est\s+)?stationn|gar[ée]e?\b|circul|parked|abandon)"
)
_STREET_AFTER = re.compile(
    r"(?i)\W{1,2}(?:(?:la|le|les|de|des|du|l['’]|d['’])\W{0,2}){0,2}(?:rue|av(?:enue|e)?|bd|boulevard|place|chemin|ch|all[ée]e|cours|quai"
    r"|traverse|impasse|route|r(?:ési|esi)dence|autoroute)\b"
)
NEAR = 60  # characters: four words before, or the beginning of what follows

# Two letters that stand beside a number and are words, units, roads or titles, without I, O, U as on plates:
# "LE 150 DE LA RUE", "RN 568 PK 57", "AT 130 PM"; with one of them on one side only, a plate is the likelier.
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "LE LA DE EN ET ES SE NE CE ME TE SA MA TA JE AN BE BY AT AS MY WE HE AM PM OF NB NR BT KM PK PN PR "
        "PT RN RD CD CR AV BD PL CH ST STE DR MR MM CM ML DL KG GR MG HA DB MN HR HZ KW MB GB LB FT YD VL PV "
        "NW SW ART AL",
    )
)
_ROADS = frozenset({"RN", "RD", "CD", "PK", "PR", "KM", "PN", "CR"})
# Short words between two numbers: "12 RUE 13", "3 BIS 13", "568 PK 57", "24-AVR-15", "2 ANS 11", "10 AND 12".
_WORDS_BETWEEN = _SMALL_WORDS | frozenset(
    re.findall(
        r"\w+",
        "AVE BLD ALL CRS PLA QRT LES DES BAT LOT RES TER CTR ESC ETG APT TEL FAX REF ART SEC SEM JRS ANS PAR "
        "PAS CAS MES SES TES CES NET EST ETE MER VEN SAM DEC MAR MAY FEB FEV SEP APR AVR JAN TH ND RD THE "
        "AND MEN DAY PER YDS YRS HRS MPH MAX KMH RER TGV LGV EME EMES ERE HS PMR DAB EHP VRAC CV BLK BLKS",
    )
)


def plates(text: str) -> Iterator[Span]:
    """Yield where plates stand; what may be one or ordinary words is judged by what is around."""
    yield from (match.span() for match in _SIV.finditer(text) if _is_new(match))
    yield from (match.span() for match in _FNI.finditer(text) if _is_old(match))
    yield from (match.span(1) for match in _SAID.finditer(text))


def _is_new(match: re.Match[str]) -> bool:
    left, first, _, second, right = match.groups()
    if first == second and first.strip(" \xa0\t.") and len(first) == 1:
        return True  # "LE-150-DE" is no way to write anything else
    words = {side for side in (left, right) if side.upper() in _SMALL_WORDS}
    if left.isupper() != right.isupper() or left.islower() != right.islower():
        return not any(word.islower() for word in words) and _is_near_vehicle(match)  # "PN 101 ne s'abaisse pas"
    if len(words) < len({left, right}):
        return _is_one_gap(first, second) or max(len(first), len(second)) <= 1 or _is_near_vehicle(match)
    if first == second == "" and not {left.upper(), right.upper()} & _ROADS:
        return True
    return _is_near_vehicle(match) and _STREET_AFTER.match(match.string, match.end()) is None


def _is_old(match: re.Match[str]) -> bool:
    digits, first, letters, second = match.groups()
    if not _is_one_gap(first, second):
        return _is_near_vehicle(match) and letters.upper() not in _WORDS_BETWEEN
    if letters.upper() in _WORDS_BETWEEN:
        return _is_near_vehicle(match) and len(digits) > 2 and _STREET_AFTER.match(match.string, match.end()) is None
    is_dashed = first not in {"", " ", "  ", "\xa0", "\t"} and "." not in first
    is_solid = first == "" and len(digits) + len(letters) > 5
    return is_dashed or letters.isupper() or is_solid or _is_near_vehicle(match)


def _is_one_gap(first: str, second: str) -> bool:
    """Tell whether both gaps are alike, spaces aside: all of a plate is written one way."""
    return first.strip() == second.strip() and bool(first) == bool(second)


def _is_near_vehicle(match: re.Match[str]) -> bool:
    begin = max(0, match.start() - NEAR)
    return (
        _BEFORE.search(match.string, begin, match.start()) is not None
        or _AFTER.match(match.string, match.end(), match.end() + NEAR) is not None
    )
