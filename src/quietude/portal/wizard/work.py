"""The long work of the wizard, in a process of its own: a dry run of the whole file, or its import.

python -m quietude.portal.wizard.work FOLDER SOURCE trial|import

What it does is told in FOLDER/work.json, which the pages read; a page that is closed stops nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from quietude.config import Settings, read_settings
from quietude.ingest.api import ImportReport, Ledger, Outcome, Progress, Quarantined, SourceBusyError, run_import
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import load_manifests, load_town
from quietude.store.api import Store

FAULTS_MAX = 200  # records set aside that a report shows; the quarantine holds them all after the import
PER_REASON = 20
WAIT_S = 5.0
TRIAL, IMPORT = "trial", "import"


@dataclass(slots=True)
class Teller:
    """What is written for the pages: where the work stands, then its report."""

    path: Path
    mode: str
    faults: list[dict[str, Any]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def tell(self, at: Progress) -> None:
        """Note where the work stands."""
        self._write(stage=at.stage, rows=at.rows, fraction=at.fraction, seconds_left=at.seconds_left)

    def told(self, records: Sequence[Quarantined]) -> None:
        """Note records set aside: some of each reason."""
        for record in records:
            self.reasons[record.reason] += 1
            if self.reasons[record.reason] <= PER_REASON and len(self.faults) < FAULTS_MAX:
                self.faults.append(asdict(record))

    def end(self, report: ImportReport | None, error: str = "") -> None:
        """Note how it ended."""
        self._write(
            ended=datetime.now(UTC).isoformat(),
            report=report.to_json() if report is not None else None,
            error=error,
            faults=sorted(self.faults, key=lambda fault: (fault["file"], fault["line"])),
        )

    def _write(self, **said: Any) -> None:
        making = self.path.with_suffix(f".{os.getpid()}.making")
        making.write_bytes(orjson.dumps({"mode": self.mode, "pid": os.getpid(), **said}))
        making.replace(self.path)


def work(settings: Settings, folder: Path, source: str, mode: str) -> ImportReport | None:
    """Try or import a source; `folder` is the draft's. The uploaded file goes once it is imported."""
    teller = Teller(folder / "work.json", mode)
    teller.tell(Progress(source=source, stage="starting"))
    try:
        town = load_town(settings.town_dir, settings.data_dir, made_here=settings.made_here_dir)
        if mode == TRIAL:
            town = replace(town, sources={**town.sources, **load_manifests(folder / "town")})
        store = Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
        report = run_import(
            town, source, store, Ledger(settings.ledger_path), vocabulary=load_vocabulary(), now=datetime.now(UTC),
            progress=teller.tell, told=teller.told, dry_run=mode == TRIAL, wait_s=WAIT_S,
        )  # fmt: skip
    except SourceBusyError:
        teller.end(None, "busy")
        return None
    except Exception:
        teller.end(None, "fault")
        raise
    if report.outcome == Outcome.DONE:
        shutil.rmtree(settings.made_here_dir / "files" / source, ignore_errors=True)
    teller.end(report)
    return report


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Do what the arguments say; return the process's status."""
    folder, source, mode = arguments
    report = work(read_settings(environ, working_dir=Path.cwd()), Path(folder), source, mode)
    return 0 if report is not None and report.outcome in {Outcome.DONE, Outcome.DRY_RUN} else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))
