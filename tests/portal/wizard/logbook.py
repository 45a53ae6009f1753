"""A made-up logbook, as an old program exports it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NATURES = ("Tapage nocturne", "Dépôt sauvage", "Stationnement gênant", "Zone 47 bis")
HEADER = "N° fiche;Date des faits;Heure;Nature;Statut;Adresse;Récit;Nom du requérant;X;Y\n"
FIRST = datetime.now(UTC).date() - timedelta(days=90)


def line(number: int, day: str | None = None) -> str:
    """Return one line of the logbook; its place lies in the made-up town."""
    said = day or f"{FIRST + timedelta(days=number % 60):%d/%m/%Y}"
    cells = (
        f"MC-{number:05}", said, f"{number % 24:02}h15", NATURES[number % 4], "Clôturé" if number % 2 else "En cours",
        f"{number} rue de la Paix", "Musique forte, rappeler au 06 12 34 56 78", "Roux",
        f"5,{370 + number % 60}", f"43,{285 + number % 30}",
    )  # fmt: skip
    return ";".join(cells) + "\n"


def logbook(lines: int = 40) -> str:
    """Return a logbook with one date that never was, and a line of totals."""
    return HEADER + "".join(map(line, range(lines))) + line(lines, "29/02/2025") + "Total;;;;;;;;;\n"
