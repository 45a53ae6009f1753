"""What a column may mean: proposed from its name and from what it holds; a person decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from quietude.ingest.onboarding.profile import Column, Profile
from quietude.ingest.onboarding.readings import reading_of
from quietude.model.fold import fold


class Role(StrEnum):
    """What becomes of a column."""

    KEY = "key"
    BEGIN = "begin"
    """The date, with or without the time, at which it happened or began."""
    BEGIN_CLOCK = "begin_clock"
    END = "end"
    END_CLOCK = "end_clock"
    REPORTED = "reported"
    REPORTED_CLOCK = "reported_clock"
    CATEGORY = "category"
    """Several: from coarse to fine, in the order of the file."""
    SEVERITY = "severity"
    STATUS = "status"
    TITLE = "title"
    TEXT = "text"
    ADDRESS = "address"
    """Several are joined in the order of the file."""
    POSTCODE = "postcode"
    ZONE = "zone"
    LON = "lon"
    LAT = "lat"
    KEEP = "keep"
    DROP = "drop"


MANY = frozenset({Role.CATEGORY, Role.ADDRESS, Role.TEXT, Role.TITLE, Role.KEEP, Role.DROP, Role.KEY})
"""Roles that several columns may have; the texts are joined."""

NAMES: tuple[tuple[Role, str], ...] = (
    (Role.LON, r"^(lon|long|longitude|lng|coord.?x|x|x_?wgs84|point_?x)$"),
    (Role.LAT, r"^(lat|latitude|coord.?y|y|y_?wgs84|point_?y)$"),
    (Role.POSTCODE, r"code.?postal|postcode|zip"),
    (Role.END_CLOCK, r"heure.*(fin|cloture)|h_?fin|end.?time"),
    (Role.END, r"(date|dt).*(fin|cloture)|^fin$|end.?(date|_at|ed)?$|closed"),
    (Role.REPORTED_CLOCK, r"heure.*(signal|appel|saisie|declar)|call.?time"),
    (Role.REPORTED, r"(date|dt).*(signal|appel|saisie|declar|reception|creation)|^signale|^reported|received|created"),
    (Role.BEGIN_CLOCK, r"^(h|hr|hrs|heure|time|horaire)\b|heure"),
    (Role.BEGIN, r"^(le|date|jour|day|occurred|when)\b|date|datetime|horodat|occurred"),
    (Role.SEVERITY, r"gravite|priorite|priority|severity|urgence|niveau"),
    (Role.STATUS, r"statut|status|etat|avancement|suite|issue|disposition"),
    (Role.KEY, r"^(n|no|num|numero|id|ref|reference|key|event|n°|n.)$"),
    (Role.KEY, r"^(num|id|ref|n).?(fiche|inter|dossier|mc|evt|evenement|main)|identifiant|fiche|_id$|number|#$"),
    (Role.TEXT, r"recit|texte|commentaire|comment|observation|description|narrati|detail|resume|note"),
    (Role.TITLE, r"titre|objet|title|intitule|libelle.?court"),
    (Role.CATEGORY, r"nature|type|categor|motif|incident|infraction|qualif|theme|natinf|libelle"),
    (Role.ZONE, r"quartier|secteur|arrondissement|zone|district|iris"),
    (Role.ADDRESS, r"adresse|address|lieu|voie|rue|location|place|endroit|localisation|street|commune|ville"),
)  # fmt: skip
PERSONAL = re.compile(
    r"\b(nom|prenom|naissance|telephone|tel|portable|mail|courriel|agent|matricule|victime|auteur|mis.?en.?cause"
    r"|requerant|plaignant|immatriculation|plaque)"
)
TIMES = (Role.BEGIN, Role.END, Role.REPORTED)
CLOCK = re.compile(r"^(?:1899-12-3[01] )?\d{1,2}\s*[:hH]\s*\d{0,2}(?::\d{2})?(?:\s*[apAP]\.?[mM]\.?)?$|^0?[.,]\d+$")
READABLE = 0.6  # of the cells: below, a column called "date" holds something else
FEW = 800  # different words: more is free text, or names of places
UNIQUE = 0.995  # of the filled cells: a number that repeats more often than a typing error identifies no record
LONG = 45  # characters on average: a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What a column is proposed to mean."""

    role: Role
    because: str
    """Why: "name", "content", "empty", "personal" or "rest"."""
    is_sure: bool


def propose(profile: Profile) -> dict[str, Proposed]:
    """Return a proposal for each column of a file; what can be there once is proposed once, for the best column."""
    found = {column.name: _alone(column, profile.head.get(column.name, ()), profile.rows) for column in profile.columns}
    _settle(found, profile)
    return found


def _alone(column: Column, cells: Iterable[str], rows: int) -> Proposed:
    name = fold(column.name).lower().strip()
    if not column.filled:
        return Proposed(role=Role.DROP, because="empty", is_sure=True)
    if PERSONAL.search(name.replace("_", " ")):
        return Proposed(role=Role.DROP, because="personal", is_sure=False)
    filled = [cell for cell in cells if cell]
    for role, pattern in NAMES:
        is_named = re.search(pattern, name.replace("_", " ")) or re.search(pattern, name)
        if is_named and _fits(role, column, filled, rows):
            return Proposed(role=role, because="name", is_sure=True)
    return _by_content(column, filled)


def _fits(role: Role, column: Column, filled: list[str], rows: int) -> bool:
    if role in TIMES:
        return _is_clock(filled) < READABLE and reading_of(filled).share >= READABLE
    if role in {Role.BEGIN_CLOCK, Role.END_CLOCK, Role.REPORTED_CLOCK}:
        return _is_clock(filled) >= READABLE
    if role in {Role.LON, Role.LAT}:
        return _numbers(filled) >= READABLE
    if role in {Role.CATEGORY, Role.STATUS, Role.SEVERITY}:
        return column.distinct <= (FEW if role == Role.CATEGORY else 60) and column.mean_length < LONG
    if role == Role.KEY:
        return column.filled >= 0.9 * rows and column.longest <= 60
    return True


def _by_content(column: Column, filled: list[str]) -> Proposed:
    if _is_clock(filled) >= 0.9:
        return Proposed(role=Role.BEGIN_CLOCK, because="content", is_sure=False)
    if reading_of(filled).share >= 0.9 and _numbers(filled) < READABLE:
        return Proposed(role=Role.BEGIN, because="content", is_sure=False)
    if column.mean_length > LONG:
        return Proposed(role=Role.TEXT, because="content", is_sure=False)
    return Proposed(role=Role.KEEP, because="rest", is_sure=False)


def _is_clock(filled: list[str]) -> float:
    return sum(CLOCK.match(cell.strip()) is not None for cell in filled) / max(len(filled), 1)


def _numbers(filled: list[str]) -> float:
    return sum(re.fullmatch(r"-?\d+(?:[.,]\d+)?", cell.strip()) is not None for cell in filled) / max(len(filled), 1)


def _settle(found: dict[str, Proposed], profile: Profile) -> None:
    """Let each role that only one column may have be that of one column; find a category where none is named."""
    for role in Role:
        holders = [name for name, proposed in found.items() if proposed.role == role]
        if len(holders) < 2 or (role in MANY and role != Role.KEY):
            continue
        best = max(holders, key=lambda name: (found[name].because == "name", profile.column(name).filled))
        for name in holders:
            if name != best:
                found[name] = Proposed(role=Role.KEEP, because="rest", is_sure=False)
    _settle_times(found, profile)
    if not any(proposed.role == Role.CATEGORY for proposed in found.values()):
        lists = [
            column
            for column in profile.columns
            if found[column.name].role in {Role.KEEP, Role.TITLE}
            and 1 < column.distinct <= FEW
            and column.filled > 0.5 * profile.rows
            and re.search(r"[^\W\d]{3}", " ".join(column.samples)) is not None
        ]
        if lists:
            best_list = max(lists, key=lambda column: column.filled / (1 + column.distinct))
            found[best_list.name] = Proposed(role=Role.CATEGORY, because="content", is_sure=False)


def _settle_times(found: dict[str, Proposed], profile: Profile) -> None:
    """Take the time of the report for the beginning where the source states no other."""
    roles = {proposed.role: name for name, proposed in found.items()}
    if Role.BEGIN not in roles and Role.REPORTED in roles:
        found[roles[Role.REPORTED]] = Proposed(role=Role.BEGIN, because="name", is_sure=False)
    key = roles.get(Role.KEY)
    if key is not None and profile.column(key).distinct < profile.column(key).filled * UNIQUE:
        found[key] = Proposed(role=Role.KEEP, because="rest", is_sure=False)  # it repeats: it identifies no record
