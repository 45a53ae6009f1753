"""The language of a text."""

from __future__ import annotations

from kreuzberg import ExtractionConfig, LanguageDetectionConfig, extract_bytes_sync

ENOUGH_LETTERS = 40  # below, names and numbers decide more than the language does
SAMPLE = 20_000
SURE = 0.5
SHORT = {"fra": "fr", "eng": "en", "deu": "de", "nld": "nl", "spa": "es", "ita": "it", "por": "pt", "ara": "ar"}


def language_of(text: str) -> str | None:
    """Return the code of the language of a text, ISO 639-1, or 639-3 for those seldom met.

    None where it has fewer than 40 letters, or no language stands out.
    """
    sample = text[:SAMPLE]
    if sum(sign.isalpha() for sign in sample) < ENOUGH_LETTERS:
        return None
    wanted = LanguageDetectionConfig(enabled=True, min_confidence=SURE)
    config = ExtractionConfig(use_cache=False, language_detection=wanted)
    found = extract_bytes_sync(sample.encode(), "text/plain", config).detected_languages
    return SHORT.get(found[0], found[0]) if found else None
