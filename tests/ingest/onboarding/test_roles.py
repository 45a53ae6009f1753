"""Columns are recognised by name and by content; what is personal is proposed to be dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietude.ingest.onboarding.profile import Profile, profile_of, values_of
from quietude.ingest.onboarding.roles import Role, propose
from quietude.sources.api import SourceError, sniff

NATURES = ("Tapage nocturne", "Dépôt sauvage", "Stationnement gênant")
HEADER = "N° fiche;Date des faits;Heure;Nature;Adresse;Observations;Nom du requérant;X;Y;Vide;Nature\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "registre.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path) -> Profile:
    return profile_of(path, sniff(path).read)


def line(number: int) -> str:
    nature = NATURES[number % 3]
    cells = (
        f"MC-{number:05}", f"{1 + number % 28:02}/03/2025", f"{number % 24:02}h15", nature, f"{number} rue de la Paix",
        "Appel d'un riverain, musique forte depuis la cour, fin à l'arrivée", "Roux", "5,39", "43,29", "", "x",
    )  # fmt: skip
    return ";".join(cells) + "\n"


@pytest.fixture
def logbook(tmp_path: Path) -> Path:
    """Return a logbook with a line of totals at its end."""
    return written(tmp_path, HEADER + "".join(map(line, range(90))) + "Total;;;90;;;;;;;\n")


def test_columns_are_recognised(logbook: Path) -> None:
    roles = {name: proposed.role for name, proposed in propose(read(logbook)).items()}
    assert roles == {
        "N° fiche": Role.KEY, "Date des faits": Role.BEGIN, "Heure": Role.BEGIN_CLOCK, "Nature": Role.CATEGORY,
        "Adresse": Role.ADDRESS, "Observations": Role.TEXT, "Nom du requérant": Role.DROP, "X": Role.LON,
        "Y": Role.LAT, "Vide": Role.DROP, "Nature_2": Role.CATEGORY,
    }  # fmt: skip


def test_the_profile_counts(logbook: Path) -> None:
    profile = read(logbook)
    assert (profile.rows, profile.problems, profile.totals_column) == (91, 0, "N° fiche")
    nature = profile.column("Nature")
    assert (nature.filled, nature.distinct, nature.longest) == (91, 4, len("Stationnement gênant"))
    assert set(NATURES) <= set(nature.samples)


def test_values_are_counted_over_the_whole_file(logbook: Path) -> None:
    counted = values_of(logbook, sniff(logbook).read, ["Nature"])
    assert counted == [*((value, 30) for value in sorted(NATURES)), ("90", 1)]


def test_values_of_two_columns_are_joined_from_coarse_to_fine(logbook: Path) -> None:
    counted = dict(values_of(logbook, sniff(logbook).read, ["Nature", "Nature_2"]))
    assert counted["Tapage nocturne > x"] == 30


def test_a_key_that_repeats_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, "id;date;type\n" + "".join(f"{n % 5};0{1 + n % 9}/03/2025;bruit\n" for n in range(40)))
    assert propose(read(path))["id"].role == Role.KEEP


def test_a_report_time_stands_in_for_the_beginning(tmp_path: Path) -> None:
    path = written(tmp_path, "id;date_signalement;type\n" + "".join(f"{n};13/03/2025;bruit\n" for n in range(20)))
    assert propose(read(path))["date_signalement"].role == Role.BEGIN


def test_a_file_with_a_header_alone_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a;b;c\n")
    with pytest.raises(SourceError) as refused:
        profile_of(path, sniff(path).read)
    assert refused.value.code == "header_only"
