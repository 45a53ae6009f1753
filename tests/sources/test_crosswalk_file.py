from pathlib import Path

import pytest

from quietude.model.crosswalk import Relation
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import ManifestError, read_crosswalk
from quietude.sources.crosswalk_file import CrosswalkError

GOOD = """# version: 2
# words of the night shift
source_category,code,relation,note,severity
Tapage,noise,exact,,
"Musique, fête",noise.party,narrow,"music, too",4
Divers,,none,nothing in common,
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "logbook.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_version_and_name_are_read(tmp_path: Path) -> None:
    walk = read_crosswalk(written(tmp_path, GOOD), load_vocabulary())
    assert (walk.name, walk.version, walk.stamp) == ("logbook", 2, "crosswalk:logbook@2")
    assert [(row.source_category, row.code, row.severity, row.line) for row in walk.rows] == [
        ("Tapage", "noise", None, 4),
        ("Musique, fête", "noise.party", 4, 5),
        ("Divers", None, None, 6),
    ]
    assert walk.rows[2].relation is Relation.NONE


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        pytest.param("# version: 2\n", "", "logbook.csv:1:1: the first line must be '# version: 1'", id="no-version"),
        pytest.param("version: 2", "version: two", "logbook.csv:1:1: the first line", id="version"),
        pytest.param(",noise,", ",nois,", "4:1: no term 'nois' in the vocabulary; nearest: noise", id="unknown-code"),
        pytest.param("exact", "same", "4:1: relation 'same': expected one of exact, broad", id="relation"),
        pytest.param(",4\n", ",9\n", "5:1: severity '9': expected 1 to 5", id="severity"),
        pytest.param("Divers,,none", "Divers,noise,none", "6:1: relation none with code 'noise'", id="none-with-code"),
        pytest.param("Divers,,none", "Divers,,exact", "6:1: 'Divers' has no code", id="no-code"),
        pytest.param("Divers,,none", "TAPAGE,noise,exact", "6:1: 'TAPAGE' is already on line 4", id="duplicate"),
        pytest.param('"Musique, fête"', "Musique, fête", "5:1: 6 values, expected 5", id="unquoted-comma"),
        pytest.param("relation,note", "relations,note", "3:1: unknown column 'relations'; did you mean", id="column"),
        pytest.param("relation,note,severity", "relation", "3:1: missing columns: note", id="missing-column"),
        pytest.param('"Musique, fête"', '"Musique"x', "5:1: not CSV", id="not-csv"),
    ],
)
def test_a_fault_names_its_line_and_remedy(tmp_path: Path, right: str, wrong: str, fault: str) -> None:
    with pytest.raises(CrosswalkError) as caught:
        read_crosswalk(written(tmp_path, GOOD.replace(right, wrong, 1)), load_vocabulary())
    assert fault in str(caught.value)


def test_all_faults_are_told_at_once_and_are_faults_of_configuration(tmp_path: Path) -> None:
    text = GOOD.replace(",noise,", ",nois,").replace("narrow", "close")
    with pytest.raises(ManifestError) as caught:
        read_crosswalk(written(tmp_path, text), load_vocabulary())
    assert [fault.line for fault in caught.value.faults] == [4, 5]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CrosswalkError, match=r"nothing.csv:1:1: the file does not exist"):
        read_crosswalk(tmp_path / "nothing.csv", load_vocabulary())


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "logbook.csv"
    path.write_bytes(GOOD.encode("latin-1"))
    with pytest.raises(CrosswalkError, match=r"logbook.csv:5:1: not UTF-8"):
        read_crosswalk(path, load_vocabulary())


def test_a_byte_order_mark_is_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "logbook.csv"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_crosswalk(path, load_vocabulary()).version == 2
