"""Personal data in free text replaced by their kind: telephone, e-mail, number plate, NIR, IBAN."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import phonenumbers
from stdnum import iban
from stdnum.fr import nir

from quietude.ingest import plates as plate_forms
from quietude.ingest.plates import Span, plates

LABELS = {
    "email": "[courriel]",
    "iban": "[IBAN]",
    "nir": "[numéro de sécurité sociale]",
    "telephone": "[téléphone]",
    "plate": "[plaque]",
}
"""What stands in the text in place of each kind; French, as the texts are."""

SUSPECT = (
    r"@|(?i:[(\[] ?(?:at|a|arobase) ?[)\]])|\d(?:[ \x{A0}.\-/()_]{0,3}\d){8}"
    r"|[12](?:[ .\-]?\d){4}[ .\-]?2[ .\-]?[ABab][ .\-]?\d|(?i:\bnir\b|s[ée]cu)"
    r"|\b[A-Za-z]{2}[ \-.]?\d{2}(?:[ \x{A0}\-.]?[A-Za-z0-9]){11}|" + plate_forms.SUSPECT
)
"""Cheap pattern (of the Rust regex engine) that every text with such data matches, and most others do not."""

SHORTEST = 6  # characters: "a@b.fr"; nothing shorter can hold any of them

_EMAIL = re.compile(
    r"(?i)[\w.%+\-]+(?:\s?@\s?|\s?[(\[]\s?(?:at|a|arobase)\s?[)\]]\s?)[\w\-]+(?:\.[\w\-]+)*\.[A-Z]{2,24}\b"
)
_IBAN = re.compile(r"\b[A-Za-z]{2}[ \-.]?\d{2}(?:[ \xa0\-.]?[A-Za-z0-9]){11,30}\b")
_NIR = re.compile(
    r"(?<![\w.,\-])[1-478](?:[ .\-]?\d){4}[ .\-]?(?:\d[ .\-]?\d|2[ .\-]?[ABab])"
    r"(?:[ .\-]?\d){6}(?:[ .\-/]{0,3}\d{2})(?!\w|[.,]\d)"
)
_DECIMAL = re.compile(r"\d{1,3}\.\d+")
_NIR_SAID = re.compile(r"(?i)\b(?:NIR|s[ée]curit[ée] sociale|n° ?s[ée]cu)\D{0,15}([1-478](?:[ .\-]?[\dABab]){12,14})\b")
_PHONE_FR = re.compile(
    r"(?<![\d.,/\-])(?:(?:\+|00)33[ \xa0.\-]?(?:\(0\)[ \xa0.\-]?)?|0[ \xa0.]?)[1-9]"
    r"(?:(?:[ \xa0.]{0,2}\d{2}){4}|(?:(?: ?[\-_] ?)?\d{2}){4}(?![\-_]\d)|(?: ?/ ?\d{2}){4}(?!/\d)|(?:[ .]?\d{2,3}){3})"
    r"(?<=\d{2})(?!\d|[.,:hH]\d)"
)
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d{2}"
_CLOCK = (
    r"(?:[ T_\-]?(?:à |at |- ?)?(?:[01]?\d|2[0-4])"
    r"(?:[:hH](?:[0-5]\d(?::[0-5]\d)?)?|[ .]?[0-5]\d(?![ .\-]?\d)|(?![\d ./\-]*\d)))?"
)
_WHEN = re.compile(
    rf"(?<![\d+])(?:{_DAY}([ ./\-]){_MONTH}\1{_YEAR}|{_MONTH}([/\-]){_DAY}\2{_YEAR}|{_YEAR}([./\-]){_MONTH}\3{_DAY})"
    rf"{_CLOCK}(?!\d)"
    r"|(?<![\d+])(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?!\d)"
)
"""A date, with its time when there is one: "14 06 2015 02 53" is no number to call."""
_ABROAD = re.compile(r"(?:\+|(?<!\d)00)[ (]?[1-9](?:[ .\-/()]{0,3}\d){6}")
_DIGITS = re.compile(r"(?<![\d.,])\d(?:[ .\-/()]{0,3}\d){8}")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")  # numbers in the address of a web page name pages
_MONTHS_OF_BIRTH = re.compile(
    r"^.\d\d(?:0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)"
)  # INSEE: 20 and more where the month is unknown


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
        ("plate", plates),
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
            cut = max(candidate.rfind(mark) for mark in " \xa0-.")
            candidate = candidate[:cut] if cut > 0 else ""


def _nirs(text: str) -> Iterator[Span]:
    for match in _NIR.finditer(text):
        digits = re.sub(r"[ .\-/]", "", match[0]).upper()
        if _DECIMAL.fullmatch(match[0]) is None and nir.is_valid(digits) and _MONTHS_OF_BIRTH.match(digits):
            yield match.span()
    for match in _NIR_SAID.finditer(text):
        yield match.span(1)


def _telephones(text: str, country: str) -> Iterator[Span]:
    text = _WHEN.sub(lambda match: "\n" * len(match[0]), text)
    is_national = country == "FR"
    if is_national:
        yield from (match.span() for match in _PHONE_FR.finditer(text))
    if (_ABROAD if is_national else _DIGITS).search(text) is None:
        return
    for match in phonenumbers.PhoneNumberMatcher(text, country, leniency=phonenumbers.Leniency.VALID):
        if match.end - match.start >= 9 or match.raw_string.startswith("+"):
            yield match.start, match.end
