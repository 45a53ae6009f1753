"""Why a record is set aside, and what may be doubtful about a filed one: codes with their sentences in two languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason or flag. Sentences may hold `{column}`, `{value}` and the names of `detail`."""

    code: str
    fr: str
    en: str
    remedy_fr: str = ""
    remedy_en: str = ""

    def say(self, language: str) -> str:
        """Return the sentence in `language` ("fr" or "en"), its braces not yet filled."""
        return self.en if language.startswith("en") else self.fr

    def remedy(self, language: str) -> str:
        """Return what can be done, in `language` ("fr" or "en")."""
        return self.remedy_en if language.startswith("en") else self.remedy_fr


_MANIFEST_FR = "Corriger le manifeste, puis relancer l'essai."
_MANIFEST_EN = "Mend the manifest, then retry."
_SOURCE_FR = "Faire corriger par le service source, puis réimporter."
_SOURCE_EN = "Have the source's owner correct it, then import again."

_REASONS = (
    Reason("key_missing", "Sans identifiant : {column} est vide.", "No identifier: {column} is empty.", _SOURCE_FR, _SOURCE_EN),
    Reason(
        "duplicate_key", "L'identifiant {value} est porté par un autre enregistrement de cet import.",
        "The identifier {value} is borne by another record of this import.", _SOURCE_FR, _SOURCE_EN,
    ),
    Reason("time_missing", "Sans date : {column} est vide.", "No date: {column} is empty.", _SOURCE_FR, _SOURCE_EN),
    Reason("time_unreadable", "Date illisible : {column} vaut « {value} ».", "Unreadable date: {column} is “{value}”.", _MANIFEST_FR, _MANIFEST_EN),
    Reason("time_in_future", "Date dans le futur : {value}.", "Date in the future: {value}.", _SOURCE_FR, _SOURCE_EN),
    Reason("time_impossible", "Date impossible : {value}.", "Impossible date: {value}.", _SOURCE_FR, _SOURCE_EN),
    Reason("value_unreadable", "Nombre illisible : {column} vaut « {value} ».", "Unreadable number: {column} is “{value}”.", _MANIFEST_FR, _MANIFEST_EN),
    Reason("word_unknown", "{column} vaut « {value} », qui n'est pas un mot admis.", "{column} is “{value}”, which is not an admitted word.", _MANIFEST_FR, _MANIFEST_EN),
    Reason("name_missing", "Lieu sans nom.", "Place without a name.", _SOURCE_FR, _SOURCE_EN),
    Reason("outside_town", "Localisé hors de la commune.", "Located outside the town.", _SOURCE_FR, _SOURCE_EN),
    Reason("columns_too_few", "{found} colonnes au lieu de {expected}.", "{found} columns instead of {expected}.", _SOURCE_FR, _SOURCE_EN),
    Reason("columns_too_many", "{found} colonnes au lieu de {expected}.", "{found} columns instead of {expected}.", _SOURCE_FR, _SOURCE_EN),
    Reason("record_too_long", "Enregistrement de plus de {limit} octets.", "Record of more than {limit} bytes.", _SOURCE_FR, _SOURCE_EN),
    Reason("quote_open", "Guillemet ouvert, jamais refermé.", "Quote opened, never closed.", _SOURCE_FR, _SOURCE_EN),
    Reason("binary", "Octets nuls dans un texte.", "Null bytes in a text.", _SOURCE_FR, _SOURCE_EN),
    Reason("encoding", "Octets qui ne sont pas du {encoding}.", "Bytes that are not {encoding}.", _MANIFEST_FR, _MANIFEST_EN),
    Reason("not_a_record", "Élément qui n'est pas un enregistrement.", "Item that is not a record.", _SOURCE_FR, _SOURCE_EN),
)  # fmt: skip

REASONS: dict[str, Reason] = {reason.code: reason for reason in _REASONS}
"""Every reason a record may be set aside for, by code."""

_FLAGS = (
    Reason("category:unmapped", "Catégorie inconnue de la table de passage.", "Category unknown to the crosswalk."),
    Reason("category:missing", "Sans catégorie dans la source.", "No category in the source."),
    Reason("time:dst_gap", "Heure qui n'existe pas (passage à l'heure d'été), avancée d'une heure.", "Time that does not exist (summer time), moved an hour on."),
    Reason("time:end_before_start", "La fin précède le début ; elle est écartée.", "The end precedes the beginning; it is left out."),
    Reason("time:end_unreadable", "Date de fin illisible.", "Unreadable end."),
    Reason("time:reported_unreadable", "Date de signalement illisible.", "Unreadable time of report."),
    Reason("time:reported_before", "Signalé avant d'être arrivé.", "Reported before it happened."),
    Reason("time:outside_period", "Hors de la période couverte par la source.", "Outside the period the source covers."),
    Reason("coordinates:out_of_town", "Coordonnées hors de la commune, écartées.", "Coordinates outside the town, left out."),
    Reason("coordinates:not_a_number", "Coordonnées illisibles, écartées.", "Unreadable coordinates, left out."),
    Reason("place:missing", "Sans lieu exploitable.", "No usable place."),
    Reason("severity:unreadable", "Gravité illisible ; celle du vocabulaire est prise.", "Unreadable severity; the vocabulary's is taken."),
    Reason("text:masked", "Données personnelles masquées dans le texte.", "Personal data masked in the text."),
    Reason("retention:generalised", "Au-delà de la durée de conservation : gardé pour la statistique.", "Past retention: kept for statistics."),
    Reason("source:duplicate", "La source tient plusieurs fois cet enregistrement.", "The source holds this record several times."),
    Reason("withdrawn", "N'est plus dans la source.", "No longer in the source."),
)  # fmt: skip

FLAGS: dict[str, Reason] = {flag.code: flag for flag in _FLAGS}
"""Every quality flag a filed fact may carry, by code."""
