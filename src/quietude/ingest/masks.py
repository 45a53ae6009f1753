"""Personal data in free text replaced by their kind: telephone, e-mail, number plate, NIR, IBAN."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import phonenumbers
from stdnum import iban
from stdnum.fr import nir

LABELS = {
    "email": "[courriel]",
    "iban": "[IBAN]",
    "nir": "[numéro de sécurité sociale]",
    "telephone": "[téléphone]",
    "plate": "[plaque]",
}
"""What stands in the text in place of each kind; French, as the texts are."""

SUSPECT = (
    r"@|\d(?:[ .\-/()]{0,3}\d){8}|\b[A-Za-z]{2}[-. ]?\d{3}[-. ]?[A-Za-z]{2}\b"
    r"|\b\d{1,4}[- ]?[A-Za-z]{2,3}[- ]?(?:\d{2}|2[ABab]|97\d)\b"
    r"|(?i:immat|plaque|plate|licen[cs]e|\bnir\b|s[ée]cu)|\b[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]){11}"
)
"""Cheap pattern (of the Rust regex engine) that every text with such data matches, and most others do not."""

SHORTEST = 6  # characters: "a@b.fr"; nothing shorter can hold any of them

_EMAIL = re.compile(r"[\w.%+\-]+\s?@\s?[\w\-]+(?:\.[\w\-]+)*\.[A-Za-z]{2,24}\b")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]){11,30}\b")
_NIR = re.compile(
    r"(?<![\w.,\-])[1-478](?:[ .\-]?\d){4}[ .\-]?(?:\d[ .\-]?\d|2[ .\-]?[ABab])"
    r"(?:[ .\-]?\d){6}(?:[ .\-/]{0,3}\d{2})(?!\w|[.,]\d)"
)
_DECIMAL = re.compile(r"\d{1,3}\.\d+")
_NIR_SAID = re.compile(r"(?i)\b(?:NIR|s[ée]curit[ée] sociale|n° ?s[ée]cu)\D{0,15}([1-478](?:[ .\-]?[\dABab]){12,14})\b")
_PHONE_FR = re.compile(
    r"(?<![\d.,/\-])(?:(?:\+|00)33[ .\-]?(?:\(0\)[ .\-]?)?|0)[1-9]"
    r"(?:(?:[ .]{0,2}\d{2}){4}|(?:-?\d{2}){4}|(?:/\d{2}){4})(?!\d|[.,/\-:hH]\d)"
)
_DATE = re.compile(
    r"(?:0[1-9]|[12]\d|3[01])[ .](?:0[1-9]|1[0-2])[ .](?:19|20)\d{2}"
)  # "01.06.2029 10" is no number to call
_ABROAD = re.compile(r"(?:\+|(?<!\d)00)[ (]?[1-9](?:[ .\-/()]{0,3}\d){6}")
_DIGITS = re.compile(r"(?<![\d.,])\d(?:[ .\-/()]{0,3}\d){8}")
_SIV = re.compile(r"(?i)(?<![\w\-])([A-HJ-NP-TV-Z]{2})([-. ]?)(\d{3})([-. ]?)([A-HJ-NP-TV-Z]{2})(?![\w\-])")
_VEHICLE = re.compile(
    r"(?i)\b(?:v[ée]hicules?|vl|voiture|auto|scooter|moto|camion|camionnette|fourgon|plaques?|immat\w*)\W+(?:\w+\W+)?\Z"
)
_FNI = re.compile(
    r"(?<![\w\-])\d{1,4}([- ]?)([A-HJ-NP-TV-Za-hj-np-tv-z]{2,3})\1(?:0[1-9]|[1-8]\d|9[0-5]|2[ABab]|97[1-6])(?![\w\-])"
)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")  # numbers in the address of a web page name pages
_MONTHS_OF_BIRTH = re.compile(
    r"^.\d\d(?:0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)"
)  # INSEE: 20 and more where the month is unknown
_ADJECTIVE = r"(?:\s+(?:étrangère|belge|italienne|espagnole|allemande|suisse|anglaise|polonaise|roumaine|provisoire))?"
_PLATE_SAID = re.compile(
    rf"(?i)\b(?:immatricul\w*|immat\.?|plaque(?:\s+d'immatriculation)?{_ADJECTIVE}|licen[cs]e\s+plate|plate(?:\s+(?:number|no\.?|#))?)"
    r"(?:\s+(?:est|sous|le|numéro|n°|no|is|was))?[\s:#]+"
    r"((?=[A-Z \-]{0,6}\d)[A-Z0-9]{1,4}(?:[ \-]?[A-Z0-9]{1,4}){1,2})\b"
)

# Two-letter words that stand around a number in French: "LE 150 DE LA RUE" is no plate, "LE-150-DE" is one.
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "LE LA DE EN ET ES SE NE CE ME TE SA MA TA NB KM PK PR RN RD CD AV BD PL CH CR HA MM CM KG DB VL PV GR NR BT",
    )
)
# Short words between two numbers that are no plate: "12 RUE 13", "3 BIS 13", "568 PK 57", "24-AVR-15".
_STREET_WORDS = frozenset(
    re.findall(
        r"\w+",
        "RUE BIS TER AVE BLD ALL CHE CRS PLA QRT LES DES BAT BT LOT RES VL PL PV KM PK PR RN RD CD KG HA AM PM TH ST "
        "ND GR MG ML CM MM ET EN DE LE LA JAN FEV FEB MAR AVR APR MAI MAY JUN JUI JUL AOU AUG SEP OCT NOV DEC",
    )
)

Span = tuple[int, int]


def mask(text: str, country: str) -> tuple[str, Counter[str]]:
    """Return the text without personal data of the known kinds, and how many of each were masked.

    `country` (ISO 3166) says how national telephone numbers are written.
    """
    found: Counter[str] = Counter()
    finders: tuple[tuple[str, Callable[[str], Iterator[Span]]], ...] = (
        ("email", _emails),
        ("iban", _ibans),
        ("nir", _nirs),
        ("telephone", lambda words: _telephones(words, country)),
        ("plate", _plates),
    )
    for kind, find in finders:
        pieces: list[str] = []
        at = 0
        pages = [] if kind == "email" else [match.span() for match in _ADDRESS.finditer(text)]
        for begin, end in sorted(find(text)):
            if begin < at or any(first <= begin < last for first, last in pages):
                continue
            pieces += [text[at:begin], LABELS[kind]]
            found[kind] += 1
            at = end
        text = "".join(pieces) + text[at:] if at else text
    return text, found


def _emails(text: str) -> Iterator[Span]:
    return (match.span() for match in _EMAIL.finditer(text))


def _ibans(text: str) -> Iterator[Span]:
    for match in _IBAN.finditer(text):
        candidate = match[0]
        while len(candidate) >= 15:  # the shortest IBAN, Norway's
            if iban.is_valid(candidate, check_country=False):
                yield match.start(), match.start() + len(candidate)
                break
            cut = max(candidate.rfind(" "), candidate.rfind("-"))
            candidate = candidate[:cut] if cut > 0 else ""


def _nirs(text: str) -> Iterator[Span]:
    for match in _NIR.finditer(text):
        digits = re.sub(r"[ .\-/]", "", match[0]).upper()
        if _DECIMAL.fullmatch(match[0]) is None and nir.is_valid(digits) and _MONTHS_OF_BIRTH.match(digits):
            yield match.span()
    for match in _NIR_SAID.finditer(text):
        yield match.span(1)


def _telephones(text: str, country: str) -> Iterator[Span]:
    is_national = country == "FR"
    if is_national:
        yield from (match.span() for match in _PHONE_FR.finditer(text) if _DATE.match(match[0]) is None)
    if (_ABROAD if is_national else _DIGITS).search(text) is None:
        return
    for match in phonenumbers.PhoneNumberMatcher(text, country, leniency=phonenumbers.Leniency.VALID):
        if match.end - match.start >= 9 or match.raw_string.startswith("+"):
            yield match.start, match.end


def _plates(text: str) -> Iterator[Span]:
    for match in _SIV.finditer(text):
        left, first, _, second, right = match.groups()
        is_solid = first == second == "" and left.isupper() and right.isupper()
        is_spelt = left.isupper() and right.isupper() and not {left, right} & _SMALL_WORDS
        is_said = left.isupper() and right.isupper() and _VEHICLE.search(text, 0, match.start()) is not None
        if "-" in {first, second} or is_solid or is_spelt or is_said:
            yield match.span()
    for match in _FNI.finditer(text):
        if match[2].upper() not in _STREET_WORDS and (match[1] == "-" or match[2].isupper()):
            yield match.span()
    yield from (match.span(1) for match in _PLATE_SAID.finditer(text))
