"""How often one of the three categories proposed from an entry's text is the one its writer chose.

The texts of the simulator's logbooks, first half of a year; the last thousand are held out, the ones before are learned
from, as a logbook grows. The writer's word becomes a code by the source's crosswalk, its 3 to 5 % of slips included.
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from bench.figure import Figure
from bench.source_values import ROOT, data_folder
from quietude.model.vocabulary import Vocabulary, load_vocabulary
from quietude.model.vocabulary.learner import Learner
from quietude.sources.api import Town, load_town, read_batches, read_crosswalk

TEXTS = {
    "sim_municipal_police": ("COMPTE_RENDU", ["NATURE"]),
    "sim_video_centre": ("message", ["lib_evt"]),
    "sim_town_hall_desk": ("commentaire", ["thematique", "sous_thematique"]),
}
"""Source to the column of its text, and those of its writers' word."""
HELD_OUT = 1_000
LEARNED = (0, 100, 1_000, 5_000)
LIMITS = {0: 0.15, 100: 0.4, 1_000: 0.8, 5_000: 0.88}
"""Set below a first look at the same texts: they keep what is reached, they prove nothing."""
UNTIL = datetime(2026, 7, 1, tzinfo=UTC)


def texts_of(source: str, town: Town, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Return (text, code) of a logbook's entries, in the order of writing."""
    text, words = TEXTS[source]
    manifest = town.sources[source]
    (read,) = manifest.read
    spec = read.model_copy(update={"since": "2026-01-01", "until": "2026-06-30"})
    crosswalk = read_crosswalk(ROOT / "towns" / town.name / "crosswalks" / f"{source}.csv", vocabulary)
    made = read_batches(manifest.model_copy(update={"read": (spec,)}), town.data_dir, town=town, now=UNTIL)
    frames = [batch.frame for batch in made]
    rows = pl.concat(frames).with_columns(word=pl.concat_str(words, separator=" > "))
    coded = rows.hstack(crosswalk.apply(rows["word"]).select("code")).drop_nulls(["code", text])
    return list(zip(coded[text].to_list(), coded["code"].to_list(), strict=True))


def share(learner: Learner, held_out: list[tuple[str, str]]) -> float:
    """Return how often the writer's category is one of three."""
    return sum(code in learner.suggest(text) for text, code in held_out) / len(held_out)


def main() -> None:
    """Show the figures."""
    vocabulary = load_vocabulary()
    town = load_town(ROOT / "towns" / "marseille", data_folder())
    shares: dict[int, list[float]] = {learned: [] for learned in LEARNED}
    for source in TEXTS:
        rows = texts_of(source, town, vocabulary)
        before, held_out = rows[:-HELD_OUT], rows[-HELD_OUT:]
        for learned in LEARNED:
            learner = Learner(vocabulary)
            for text, code in before[len(before) - min(learned, len(before)) :]:
                learner.learn(text, code)
            shares[learned].append(share(learner, held_out))
    for learned, found in shares.items():
        each = ", ".join(f"{source.removeprefix('sim_')} {one:.3f}" for source, one in zip(TEXTS, found, strict=True))
        Figure(
            name=f"right category in one of three, after {learned} entries", value=sum(found) / len(found), unit="",
            limit=LIMITS[learned], at_most=False, note=f"{HELD_OUT} later texts a logbook, {each}",
        ).show()  # fmt: skip


if __name__ == "__main__":
    main()
