"""Places of the town brought into the ledger's register, where the gazetteer's maps and lists find them."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson
import polars as pl

from quietude.ingest.facts import classified
from quietude.ingest.filing import attributes_json
from quietude.ingest.hashing import fingerprints
from quietude.ingest.ledger import Quarantined, RegisteredPlace
from quietude.ingest.mapping import Mapper
from quietude.ingest.places import located
from quietude.ingest.plan import Plan
from quietude.ingest.protect import masked_columns
from quietude.ingest.sick import problems_aside, set_aside
from quietude.ingest.tally import Tally
from quietude.model.identity import SEPARATOR
from quietude.sources.api import RawBatch

ROW = "_row"


@dataclass(slots=True)
class Register:
    """Takes the batches of a source of places; every record ends in exactly one count."""

    plan: Plan
    tally: Tally
    import_id: int = 0
    places: dict[str, RegisteredPlace] = field(default_factory=dict)

    def take(self, batch: RawBatch, mapper: Mapper) -> list[Quarantined]:
        """Note the places of a batch; return the records set aside."""
        aside = problems_aside(batch.problems, batch.file, self.plan, self.import_id)
        self.tally.read(batch.frame.height + len(batch.problems))
        records = mapper.complete(batch.frame, batch.file)
        scope = mapper.in_scope()
        if scope is not None:
            records = records.filter(scope)
            self.tally.out_of_scope(batch.frame.height - records.height)
        found = mapper.values(records).with_columns(**{ROW: pl.int_range(records.height, dtype=pl.UInt32)})
        found = found.with_columns(source_key=self._keys(found, records, mapper))
        is_nameless = pl.col("name").is_null()
        sick = found.filter(is_nameless).with_columns(reason=pl.lit("name_missing"), key=pl.col("source_key"))
        aside += set_aside(records[sick[ROW]], sick, mapper, self.plan, self.import_id)
        self.tally.quarantined(aside)
        self._note(found.filter(~is_nameless), records, mapper)
        return aside

    def _keys(self, found: pl.DataFrame, records: pl.DataFrame, mapper: Mapper) -> pl.Series:
        """Return the source's keys, or where it has none a fingerprint of name and place."""
        if self.plan.manifest.map.source_key is not None:
            return records.select(key=mapper.key())["key"]
        parts = [
            name for name in ("name", "category", "place.address", "place.lon", "place.lat") if name in found.columns
        ]
        joined = found.select(text=pl.concat_str([pl.col(name).fill_null("") for name in parts], separator=SEPARATOR))[
            "text"
        ]
        return fingerprints(joined)

    def _note(self, found: pl.DataFrame, records: pl.DataFrame, mapper: Mapper) -> None:
        has_address = "place.address" in found.columns
        addresses = (
            found["place.address"]
            if has_address
            else pl.Series("address", [None], dtype=pl.String).new_from_index(0, found.height)
        )
        if self.plan.manifest.map.category is not None:
            found = classified(found, self.plan)
        else:
            nothing = pl.lit(None, dtype=pl.String)
            found = found.with_columns(category=nothing, source_category=nothing, is_unmapped=pl.lit(value=False))
        found = located(found, self.plan)
        columns = mapper.attributes()
        attributes = pl.lit("{}")
        if columns:
            rest, kinds, _ = masked_columns(records[found[ROW]].select(columns), columns, self.plan.country)
            self.tally.masked(kinds)
            attributes = pl.lit(attributes_json(rest))
        shown = found.select("source_key", "name", "category", "source_category", "lon_deg", "lat_deg").with_columns(
            addresses.alias("address"), attributes.alias("attributes")
        )
        before = len(self.places)
        for key, name, category, said, lon, lat, address, kept in shown.iter_rows():
            self.places[key] = RegisteredPlace(
                source=self.plan.manifest.name,
                key=key,
                name=name,
                category=category,
                source_category=said,
                lon_deg=lon,
                lat_deg=lat,
                address=address,
                attributes={k: v for k, v in orjson.loads(kept or "{}").items() if v is not None},
            )
        self.tally.duplicates(shown.height - (len(self.places) - before))
