"""What search costs with a million facts in French: building, finding, rights, and the trip through HTTP meanwhile.

CPU is counted, of this process or of the portal and the process beside it, since other work on the machine makes clocks
run on; what people wait for is timed too, and says how busy the machine was. `python -m bench.search [facts]`.
"""

from __future__ import annotations

import http.client
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pyarrow as pa

from bench.figure import Figure
from bench.logbook_agents import Agent, installed, prepare, served
from bench.search_facts import facts, sentences
from quietude.config import Settings
from quietude.model.event import Sensitivity
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Grant, Viewer
from quietude.search.api import Asked, Index, Writer, analyser, read_search, terms
from quietude.sources.api import Town, load_town
from quietude.store.api import Store

FACTS = 1_000_000
FACETS = ("source", "category", "year")
REBUILD_S, MEMORY_GIB, RIGHTS, ANSWER_MS, FRESH_S = 90, 1, 1.3, 60, 1
USERS, ASKED_EACH, THINKS_S = 20, 6, (2.0, 4.0)
"""People who search at once, how often each, and how long they read what they found."""
FLOOD_PER_S, FLOOD_S, FLOOD_BATCHES = 1_000, 15, 4
"""Facts written in a second, for how long, in how many writes a second."""
EVERYTHING = Viewer.system("bench")
PROCESSES = Path("/proc")


def reader() -> Viewer:
    """Return a reader whose three grants let everything through together: rights are judged, hits are as many."""
    grants = (
        Grant(purpose="operations", rows=Filter(), ceiling=Sensitivity.CONFIDENTIAL),
        Grant(purpose="operations", rows=Filter(severity_from=2), ceiling=Sensitivity.RESTRICTED),
        Grant(purpose="operations", rows=Filter(origins=Choice(("patrol",))), ceiling=Sensitivity.RESTRICTED),
    )
    return Viewer(who="user:1", grants=grants, purpose="operations")


def words(count: int, *, seed: int) -> list[str]:
    """Return words that stand in the sentences, drawn as they are frequent, without those that are not searched."""
    dice, said = random.Random(seed), " ".join(sentences()).split()
    found: list[str] = []
    while len(found) < count:
        word = dice.choice(said).strip("«»(),:").lower()
        if word.isalpha() and len(word) > 4 and analyser().terms(word).strip():
            found.append(word)
    return found


def asked_of(text: str) -> Asked:
    """Return a search for words within the dates of the newest two years, with three facets."""
    conditions = Filter(since=date(2025, 1, 1), until=date(2026, 6, 30))
    search = read_search(text, lambda _: Filter())
    return Asked(conditions=conditions, words=search.words, facets=FACETS, now=datetime(2026, 7, 1, tzinfo=UTC))


def cpu_s(pid: int) -> float:
    """Return the CPU that a process used, in seconds."""
    fields = (PROCESSES / str(pid) / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_gib(pid: int) -> float:
    """Return the memory of a process that no file can stand in for, in GiB."""
    lines = (PROCESSES / str(pid) / "status").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:"))) / 2**20


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [
        int(child) for path in (PROCESSES / str(pid) / "task").glob("*/children") for child in path.read_text().split()
    ]


def fill(settings: Settings, count: int) -> tuple[Town, Store]:
    """Lay the store."""
    town = load_town(settings.town_dir, settings.data_dir)
    store = Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    made = facts(town.territory, count, seed=1)
    for start in range(0, made.num_rows, 100_000):
        store.append(made.slice(start, 100_000))
    return town, store


def build(settings: Settings, store: Store, count: int) -> None:
    """Measure the building of the index, and the memory of the process that builds it."""
    terms("premier")  # the lexicon is read once by a process
    begun, cpu = time.perf_counter(), time.process_time()
    added = Writer(settings.search_dir, store).rebuild().added
    took_s, spent_s = time.perf_counter() - begun, time.process_time() - cpu
    assert added == store.info()[0].rows
    scale = FACTS / count
    note = f"measured on {added:,} facts; {took_s * scale:.0f} s by the clock, {busy()}"
    Figure(
        name="building the index of 1 M facts, CPU", value=spent_s * scale, unit="s", limit=REBUILD_S, note=note
    ).show()


def rights(settings: Settings, store: Store, queries: Sequence[str]) -> None:
    """Measure what rights cost, with hits as many as without them."""
    index, viewer = Index(settings.search_dir, store), reader()
    spent: dict[bool, list[float]] = {True: [], False: []}
    hits = 0
    for text in [*queries[:3], *queries]:  # the first are asked twice: they warm up
        asked = asked_of(text)
        counts = set()
        for held in (True, False):
            begun = time.process_time()
            found = index.find(viewer if held else EVERYTHING, asked)
            spent[held].append(time.process_time() - begun)
            counts.add(found.count)
        hits += max(counts)
    with_, without = (sum(spent[held][3:]) for held in (True, False))
    note = f"{without / len(queries) * 1000:.1f} ms of CPU a search without, {hits / len(queries):,.0f} hits"
    Figure(
        name="search with rights", value=with_ / without, unit="×", limit=RIGHTS, peer="the same without", note=note
    ).show()


def trips(queries: Sequence[str], sessions: Sequence[str], address: str, pid: int) -> None:
    """Measure searches of people through HTTP, with the facets and excerpts of the page."""
    waited: list[float] = []
    faults: list[object] = []

    def person(number: int) -> None:
        dice = random.Random(number)
        agent = Agent(address, sessions[number], "", seed=number)
        for _ in range(ASKED_EACH):
            time.sleep(dice.uniform(*THINKS_S))
            begun = time.perf_counter()
            answer = agent._ask("GET", f"/search/answer.json?q={quote(dice.choice(queries))}")
            waited.append(time.perf_counter() - begun)
            faults.extend([answer] if answer is None or answer[0] != http.client.OK else [])

    before = cpu_s(pid)
    together([lambda number=number: person(number) for number in range(USERS)])  # type: ignore[misc]  # bound at once
    if faults:
        raise RuntimeError(f"{len(faults)} searches failed, the first with {faults[0]}")
    spent_ms = (cpu_s(pid) - before) / len(waited) * 1000
    slowest_ms = statistics.quantiles(waited, n=20)[-1] * 1000
    note = f"median {statistics.median(waited) * 1000:.0f} ms, {spent_ms:.0f} ms of CPU each, {USERS} users, {busy()}"
    Figure(name="search through HTTP, p95", value=slowest_ms, unit="ms", limit=ANSWER_MS, note=note).show()


def together(acts: Sequence[Callable[[], None]]) -> None:
    """Run acts at once and wait for the last."""
    threads = [Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def freshness(settings: Settings, town: Town, store: Store, pids: Sequence[int]) -> None:
    """Measure how long facts wait to be found while a flood of them is written, and what following them costs."""
    made = facts(town.territory, FLOOD_PER_S * FLOOD_S, seed=2, first=date(2026, 6, 1))
    uids = pa.array([f"f{number:031x}" for number in range(made.num_rows)], made.schema.field("uid").type)
    made = made.set_column(made.schema.get_field_index("uid"), made.schema.field("uid"), uids)
    index = Index(settings.search_dir, store)
    start = held = index.size()
    written: list[tuple[float, int]] = []
    waited: list[float] = []
    rows = FLOOD_PER_S // FLOOD_BATCHES
    before = sum(map(cpu_s, pids))

    def write() -> None:
        begun = time.monotonic()
        for number in range(made.num_rows // rows):
            time.sleep(max(0.0, begun + number / FLOOD_BATCHES - time.monotonic()))
            store.append(made.slice(number * rows, rows))
            written.append((time.monotonic(), start + (number + 1) * rows))

    writer = Thread(target=write)
    begun = time.monotonic()
    writer.start()
    while writer.is_alive() or len(waited) < len(written):
        held = index.size()
        now = time.monotonic()
        waited += [now - moment for moment, size in written[len(waited) :] if size <= held]
        time.sleep(0.02)
    took_s = time.monotonic() - begun
    share = (sum(map(cpu_s, pids)) - before) / took_s
    note = f"median {statistics.median(waited):.2f} s, {made.num_rows / took_s:,.0f} facts/s written, {busy()}"
    slowest_s = statistics.quantiles(waited, n=20)[-1]
    Figure(name="fact written → found, p95", value=slowest_s, unit="s", limit=FRESH_S, note=note).show()
    Figure(name="share of a core that following a flood takes", value=share, unit="", limit=None, note="").show()


def busy() -> str:
    """Return how busy the machine was, for the reader of a time."""
    return f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"


def main() -> None:
    """Print every figure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FACTS
    with installed() as settings:
        town, store = fill(settings, count)
        build(settings, store, count)
        queries = words(60, seed=3)
        rights(settings, store, queries)
        sessions = prepare(settings, USERS, "pm")
        with served(settings) as (server, address):
            beside = children(server.pid)
            trips(queries, sessions, address, server.pid)
            freshness(settings, town, store, beside)
            memory = {pid: resident_gib(pid) for pid in (server.pid, *beside)}
            note = f"portal and index beside it, files that are read apart, after {USERS} users and the flood"
            Figure(name="memory", value=sum(memory.values()), unit="GiB", limit=MEMORY_GIB, note=note).show()
    print(f"this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB at most")


if __name__ == "__main__":
    main()
