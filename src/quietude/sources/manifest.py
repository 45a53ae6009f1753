"""The manifest of a source: what it is, under which law, where its records are and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, model_validator

from quietude.model.event import Origin, Reality, Regime, Sensitivity, Status
from quietude.sources.duration import parse_duration
from quietude.sources.expression import Condition, Part, Word
from quietude.sources.flow_spec import FlowSpec
from quietude.sources.map_spec import MapSpec
from quietude.sources.marks import Marks
from quietude.sources.read_spec import DOCUMENTS, Reads, ReadSpec

Kind = Literal["incidents", "observations", "places", "register", "documents"]
NO_BASIS = {"none", "aucune", "aucun", "-", ""}


_ANY_DAY = date(2001, 1, 1)  # lengths are compared from it: of a month and 30 days neither is always the longer


def _duration(text: str) -> str:
    parse_duration(text)
    return text


DurationText = Annotated[str, AfterValidator(_duration)]


def _conditions(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


class Label(Part):
    """A text of the screen in both languages."""

    fr: str = Field(min_length=1, description="In French.")
    en: str = Field(min_length=1, description="In English.")

    def say(self, language: str) -> str:
        """Return the text in `language` ("fr" or "en"), in French for any other."""
        return self.en if language.startswith("en") else self.fr


class Period(Part):
    """The days a source is known to cover; facts outside are flagged."""

    since: str | None = Field(default=None, alias="from", description="First day (YYYY-MM-DD, YYYY-MM or YYYY).")
    until: str | None = Field(
        default=None, alias="to", description="Last day (YYYY-MM-DD, YYYY-MM or YYYY); still running when absent."
    )


class Expect(Part):
    """What an import should find."""

    rows: tuple[int, int] | None = Field(
        default=None,
        description="Fewest and most records (of each snapshot); fewer: the import fails; more: a warning.",
    )


class Defaults(Part):
    """What holds where the source says nothing."""

    severity: int | None = Field(
        default=None, ge=1, le=5, description="Gravity where neither the source nor the vocabulary says."
    )
    origin: Origin | None = Field(
        default=None, description="How facts of this source come to be known; the vocabulary's hint when absent."
    )
    status: Status = Field(default=Status.UNKNOWN, description="Where the response stands.")
    reality: Reality = Field(default=Reality.REAL, description="real, fictional or exercise.")


class Schedule(Part):
    """When the source is read again."""

    every: DurationText = Field(description="Length of time between imports.")
    at: str | None = Field(default=None, description="Local time of day, HH:MM.")


class Manifest(Part):
    """One source. The name is the file's; crosswalks are paths in the town's folder."""

    title: Label = Field(description="Name on screens.")
    description: Label | None = Field(default=None, description="What the source holds, in a sentence or two.")
    owner: str = Field(min_length=1, description="Who answers when it breaks.")
    kind: Kind = Field(
        description=(
            "incidents, observations (numbers of sensors), places (of the gazetteer), register (acts, permits), "
            "documents (of another system, see docs/connectors.md)."
        )
    )
    legal_basis: str = Field(description="Why it may be held, in law; `none` is refused.")
    purpose: str | None = Field(default=None, description="What it is held for.")
    regime: Regime = Field(default=Regime.RGPD, description="RGPD (administrative) or TITRE_III (penal).")
    sensitivity: Sensitivity = Field(
        default=Sensitivity.INTERNAL, description="public, internal, restricted or confidential."
    )
    retention: DurationText = Field(
        description="How long facts are kept (ISO 8601); older records are refused at the door, with a count."
    )
    retention_raw: DurationText | None = Field(
        default=None,
        description=(
            "Of observations: how long values as measured are kept; their roll-ups (minute, quarter, hour, day) stay "
            "for `retention`. Both for `retention` when absent."
        ),
    )
    history: Literal["open", "statistics"] | None = Field(
        default=None,
        description=(
            "What becomes of facts past retention: refused when absent; `open`: published for re-use, kept as "
            "published; `statistics`: kept without text, source key or exact place."
        ),
    )
    disposal: Literal["eliminate", "transfer"] = Field(
        default="eliminate",
        description="How facts leave at the end: eliminated with a visa, or transferred to the archives first.",
    )
    recipients: tuple[str, ...] = Field(
        default=(), description="Who else receives the facts: told of rectifications and erasures."
    )
    licence: str | None = Field(default=None, description="Licence of the data.")
    attribution: str | None = Field(default=None, description="Words of credit the licence requires.")
    notice: str | None = Field(default=None, description="Where persons concerned are informed.")
    caution: Label | None = Field(default=None, description="What a reader must know before drawing conclusions.")
    period: Period | None = Field(default=None, description="Days covered.")
    timezone: str | None = Field(
        default=None, description="Time zone of the source's times and days; the town's when absent."
    )
    country: str | None = Field(
        default=None,
        pattern="^[A-Z]{2}$",
        description="ISO 3166 code of the country whose telephone numbers the texts hold; the town's when absent.",
    )
    read: Reads = Field(
        min_length=1, description="Where the records are: one set of files, or a list of sets read one after the other."
    )
    optional: tuple[str, ...] = Field(
        default=(), description="Columns that some of the files lack; they read as empty there."
    )
    only: Annotated[tuple[Condition, ...], BeforeValidator(_conditions)] = Field(
        default=(), description="Conditions that records must meet to be in scope; the others are counted and left."
    )
    snapshot: bool = Field(
        default=False,
        description="Each file holds all its source held that day: what left is closed, the last file is the present.",
    )
    duplicates: Literal["quarantine", "first", "last"] = Field(
        default="quarantine",
        description=(
            "When one import holds a key twice with different contents: the later record is set aside, "
            "or the first or the last stands. Identical ones are only counted."
        ),
    )
    future: bool = Field(default=False, description="Whether facts may lie in the future (planned works, events).")
    outside: Literal["flag", "quarantine"] = Field(
        default="flag", description="What becomes of facts located outside the town."
    )
    expect: Expect = Field(default_factory=Expect, description="What an import should find.")
    map: MapSpec = Field(
        default_factory=MapSpec, description="Which column becomes what; documents have none, all others need it."
    )
    defaults: Defaults = Field(default_factory=Defaults, description="What holds where the source says nothing.")
    schedule: Schedule | None = Field(default=None, description="When the source is read again.")
    flow: FlowSpec | None = Field(
        default=None, description="By which doors records come by themselves; by none when absent."
    )
    series: Word | None = Field(
        default=None, description="First part of the names of observation series; the source's name when absent."
    )

    _name: str = PrivateAttr(default="")
    _path: Path = PrivateAttr(default=Path())
    _marks: Marks = PrivateAttr(default_factory=Marks)

    @model_validator(mode="after")
    def _holds_together(self) -> Manifest:
        if self.legal_basis.strip().lower() in NO_BASIS:
            raise ValueError(
                "legal_basis: a source without a legal basis is refused; state the law or the mission that allows it"
            )
        if self.kind in {"incidents", "register"}:
            missing = [name for name in ("source_key", "occurred_from", "category") if getattr(self.map, name) is None]
        elif self.kind == "observations":
            missing = [name for name in ("at", "series") if not getattr(self.map, name)]
        elif self.kind == "documents":
            missing = []
        else:
            missing = [name for name in ("name",) if getattr(self.map, name) is None]
        self._holds_documents()
        if missing:
            raise ValueError(f"map: kind {self.kind} needs {', '.join(missing)}")
        self._keeps_values()
        self._flows()
        self._shows_no_person()
        return self

    def _holds_documents(self) -> None:
        elsewhere = [read.format for read in self.read if read.format in DOCUMENTS]
        if self.kind != "documents":
            if elsewhere:
                raise ValueError(f"kind: format {elsewhere[0]} follows documents: say kind: documents")
            return
        if len(self.read) != 1 or not elsewhere:
            raise ValueError(f"read: kind documents follows one place, by one of {', '.join(sorted(DOCUMENTS))}")
        if self.map != MapSpec():
            raise ValueError("map: documents have no columns: leave it out")
        if self.flow is not None or self.snapshot or self.schedule is None:
            raise ValueError("schedule: documents are looked for by it, and not by flow or snapshot")

    def _keeps_values(self) -> None:
        if self.retention_raw is None:
            return
        if self.kind != "observations" or self.history is not None:
            raise ValueError(
                "retention_raw: only of observations without history, whose values are rolled up; leave it out"
            )
        raw, whole, today = parse_duration(self.retention_raw), parse_duration(self.retention), _ANY_DAY
        if not whole.before(today) < raw.before(today) < today:
            raise ValueError(
                f"retention_raw: expected at least a day and less than retention {self.retention}, "
                f"not {self.retention_raw}"
            )

    def _flows(self) -> None:
        has_no_file = any(read.format == "flow" for read in self.read)
        if has_no_file and self.flow is None:
            raise ValueError("read: format flow needs flow, which says by which doors records come")
        if self.flow is None:
            return
        if has_no_file and len(self.read) > 1:
            raise ValueError("read: format flow stands alone; a source with files says flow besides them")
        if self.snapshot or self.is_written or self.is_simulated or self.kind == "places":
            raise ValueError("flow: not for snapshots, logbooks, simulated sources or places: these are read whole")
        if "pull" in self.flow.doors and self.schedule is None:
            raise ValueError("schedule: the door pull needs it: how often the address is asked")

    def _shows_no_person(self) -> None:
        """Refuse an algorithmic video source that could carry a person, a plate or a link: RULES 1 to 3."""
        spec = self.map.video
        if spec is None:
            return
        if self.kind != "incidents" or any(read.format != "flow" for read in self.read):
            raise ValueError("map.video: alerts of algorithmic video come by a flow alone: kind incidents, format flow")
        allowed = {*spec.camera.reads(), *spec.event.reads()}
        said = [name for name in ("title", "text", "name", "status", "reality") if getattr(self.map, name) is not None]
        said += [column for column in self.map.attributes if column not in allowed]
        if said or (self.map.place is not None and self.map.place.address is not None):
            extra = ", ".join(said) or "place.address"
            raise ValueError(
                f"map.video: an alert holds camera, event, time and point; drop {extra}, which could name a person"
            )

    @property
    def name(self) -> str:
        """Return the source's name: its file's, without the ending."""
        return self._name

    @property
    def path(self) -> Path:
        """Return the manifest's file."""
        return self._path

    @property
    def town_dir(self) -> Path:
        """Return the town's folder, which crosswalk paths start from."""
        return self._path.parent.parent

    @property
    def marks(self) -> Marks:
        """Return where each key stands in the file."""
        return self._marks

    @property
    def is_simulated(self) -> bool:
        """Tell whether the records are made up."""
        return any(read.format == "simulator" for read in self.read)

    @property
    def is_written(self) -> bool:
        """Tell whether the records are written in the portal: a logbook, never imported."""
        return any(read.format == "logbook" for read in self.read)

    @property
    def has_files(self) -> bool:
        """Tell whether there is something to import: not for what is written in the portal or only flows in."""
        return not self.is_written and all(read.format != "flow" for read in self.read) and not self.is_followed

    @property
    def is_followed(self) -> bool:
        """Tell whether the source is documents of another system, which a connector follows."""
        return self.kind == "documents"

    def bind(self, *, name: str, path: Path, marks: Marks) -> Manifest:
        """Give the manifest its name and its place; called once, by the loader."""
        self._name, self._path, self._marks = name, path, marks
        return self

    def crosswalk_path(self) -> Path | None:
        """Return the file of the crosswalk, if the source has one."""
        if self.map.category is None or self.map.category.crosswalk is None:
            return None
        return self.town_dir / self.map.category.crosswalk


def manifest_from(content: Mapping[str, Any]) -> Manifest:
    """Return a manifest from plain values, for tests and generators; it has no file and no marks.

    Raises:
        pydantic.ValidationError: the content is not a manifest.
    """
    return Manifest.model_validate(content)


__all__ = ["Defaults", "Expect", "Label", "Manifest", "Period", "ReadSpec", "Schedule", "manifest_from"]
