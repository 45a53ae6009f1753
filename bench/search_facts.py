"""Facts in real French for the figures of search: sentences of open records, put together anew, marked as fictional.

The sentences are those of councils' decisions, of a railway's incidents and of what people of Paris reported. They are
read where the data folder is, and are not part of the project.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import pyarrow as pa

from bench.explore_facts import make_facts
from quietude.model.territory import Territory
from quietude.model.vocabulary import load_vocabulary

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("QUIETUDE_DATA_DIR", ROOT.parent / "shared" / "data"))
COUNCILS = DATA / "documents" / "wallonie_deliberations_2026" / "deliberations.jsonl.gz"
INCIDENTS = (
    DATA
    / "incidents"
    / "sncf_incidents_securite_2014_2018"
    / "incidents-securite_avec_commentaires.csv.gz"
)  # fmt: skip
REPORTS = DATA / "incidents" / "paris_dans_ma_rue_2023_2024" / "paris_dmr_echantillon.csv.gz"
SENTENCE = re.compile(r"[^.;\n/]{25,240}[.;]?")
PAGE_SHARE, PAGE_SENTENCES = 0.05, 20
"""Of the texts, so many are as long as a page of a document."""
FIRST, LAST = date(2022, 1, 1), date(2026, 6, 30)


def sentences() -> list[str]:
    """Return the sentences there are, without addresses of the web.

    Raises:
        SystemExit: the records are not here.
    """
    missing = [path for path in (COUNCILS, INCIDENTS, REPORTS) if not path.is_file()]
    if missing:
        raise SystemExit(f"{missing[0]} is not here: set QUIETUDE_DATA_DIR to the folder of the open records")
    found = [part.strip() for text in _texts() for part in SENTENCE.findall(text)]
    return [sentence for sentence in dict.fromkeys(found) if "http" not in sentence]


def _texts() -> Iterator[str]:
    with gzip.open(COUNCILS, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["contenu"]
    with gzip.open(INCIDENTS, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            yield row["Commentaires"] or ""
    with gzip.open(REPORTS, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield f"{row['soustype']}, {row['adresse']}"


def texts(count: int, *, seed: int) -> list[str]:
    """Return texts of two or three sentences, and some of a page; the same for a seed."""
    dice, said = Random(seed), sentences()
    lengths = [PAGE_SENTENCES if dice.random() < PAGE_SHARE else dice.choice((1, 2, 2, 3)) for _ in range(count)]
    return [" ".join(dice.choices(said, k=length)) for length in lengths]


def facts(territory: Territory, count: int, *, seed: int, first: date = FIRST, last: date = LAST) -> pa.Table:
    """Return fictional facts of a territory with those texts, in the order of their moments, as a store takes them."""
    made = make_facts(territory, load_vocabulary(), count, seed=seed, first=first, last=last)
    for name, values in (("text", texts(made.num_rows, seed=seed)), ("reality", ["fictional"] * made.num_rows)):
        column = pa.array(values, made.schema.field(name).type)
        made = made.set_column(made.schema.get_field_index(name), made.schema.field(name), column)
    return made.sort_by("occurred_from")
