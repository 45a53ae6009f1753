"""Names of persons after a form of address, hidden: an excerpt of an act is read for its dates and streets."""

from __future__ import annotations

import re

from quietude.documents.ways import LOWER, UPPER

HIDDEN = "[…]"
_PART = rf"(?:[{UPPER}][{UPPER}{LOWER}'’-]+|[{UPPER}]\.)"
NAMED = re.compile(
    rf"\b((?:Monsieur|Madame|Mademoiselle|Mme|Mlle|M\.|MM\.)\s+)((?:{_PART})(?:\s+(?:de\s+|du\s+)?{_PART})*)"
)
OFFICES = frozenset(
    {"Le", "La", "LE", "LA", "Maire", "Préfet", "Préfète", "Adjoint", "Directeur", "Directrice", "L'Adjoint"}
)
"""What stands there too and names nobody: "Monsieur le Maire" has no capital after it, scans have."""


def hidden_names(text: str) -> str:
    """Return a text with names after "Monsieur", "Madame" and the like hidden.

    A name that stands alone is not known for one: this lowers what an excerpt tells, and proves nothing.
    """
    return NAMED.sub(lambda found: found[0] if found[2].split()[0] in OFFICES else f"{found[1]}{HIDDEN}", text)
