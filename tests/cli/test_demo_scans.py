"""The demonstration's fictional sheets: images without a text, of a class that there is, laid once."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from quietude.cli.demo_data import read_plan
from quietude.cli.demo_scans import Scan, lay
from quietude.portal.documents.classes import current_classes

TOWN = Path(__file__).parents[2] / "towns" / "marseille"


def test_sheets_are_laid_once_by_class_and_hold_no_text(tmp_path: Path) -> None:
    scans = read_plan(TOWN / "demo.yml").scans
    folder = tmp_path / "documents"
    assert (lay(scans, folder), lay(scans, folder)) == (len(scans), 0)
    laid = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert laid == sorted(Path(scan.kind, f"{scan.name}.pdf") for scan in scans)
    assert len(scans) >= 3
    for path in laid:
        [page] = pypdf.PdfReader(folder / path).pages
        assert page.extract_text() == ""
        assert len(page.images) == 1


@pytest.mark.parametrize("scan", read_plan(TOWN / "demo.yml").scans, ids=lambda scan: scan.name)
def test_each_says_that_it_is_fictional_and_is_of_a_class_that_there_is(scan: Scan) -> None:
    assert scan.text.startswith("DOCUMENT FICTIF")
    assert scan.kind in current_classes()
