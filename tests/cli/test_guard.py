"""`quietude guard`: a column of free text, read as an entry would be."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from quietude.cli.guard import command

TEXTS = "n;faits\n1;Patrouille, RAS\n2;Auteur de type maghrébin, fuite à pied\n3;\n4;Rappeler le 06 39 98 14 27\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "logbook.csv"
    path.write_text(TEXTS, encoding="utf-8")
    return path


def test_it_says_which_rows_to_look_at_without_their_words(file: Path) -> None:
    result = CliRunner().invoke(command, [str(file), "--column", "faits"])
    assert result.exit_code == 0, result.output
    assert "row 2, characters 8 to 24, origin\n" in result.output
    assert "row 4, characters 13 to 26, telephone\n" in result.output
    assert "4 texts, 2 to look at, 2 passages." in result.output
    assert "maghrébin" not in result.output
    assert "98 14" not in result.output


def test_words_are_shown_when_asked(file: Path) -> None:
    result = CliRunner().invoke(command, [str(file), "--column", "faits", "--words"])
    assert "row 2, characters 8 to 24, origin: de type maghrébin" in result.output


def test_a_column_that_is_not_there_is_named_with_those_that_are(file: Path) -> None:
    result = CliRunner().invoke(command, [str(file), "--column", "texte"])
    assert result.exit_code == 1
    assert "no column 'texte'; it has n, faits" in result.output


def test_a_file_that_is_not_utf_8_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(TEXTS.encode("cp1252"))
    result = CliRunner().invoke(command, [str(path), "--column", "faits"])
    assert result.exit_code == 1
    assert "not UTF-8" in result.output
    assert "save it as UTF-8" in result.output
