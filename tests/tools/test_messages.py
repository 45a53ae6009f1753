from __future__ import annotations

from pathlib import Path

import pytest
from tools import messages


@pytest.mark.parametrize(
    ("name", "source", "found"),
    [
        pytest.param("a.py", 'gettext("Open the fact")', {(None, "Open the fact")}, id="python"),
        pytest.param("a.py", 'pgettext_lazy("status", "Open")', {("status", "Open")}, id="context"),
        pytest.param("a.py", 'ngettext("%(n)s day", "%(n)s days", n)', {(None, "%(n)s day")}, id="plural"),
        pytest.param("a.py", 'print("Open the fact")', set(), id="other-strings"),
        pytest.param("a.html", '{% load i18n %}<p>\n  {% trans "Close" %}', {(None, "Close")}, id="template"),
        pytest.param(
            "a.html", "{% blocktrans %}Town {{ name }}{% endblocktrans %}", {(None, "Town %(name)s")}, id="block"
        ),
        pytest.param(
            "a.ts",
            'toast(t("Copied."), tn("one row", "%(count)s rows", 3));',
            {(None, "Copied."), (None, "one row")},
            id="script",
        ),
    ],
)
def test_words_of(tmp_path: Path, name: str, source: str, found: set[tuple[str | None, str]]) -> None:
    (tmp_path / name).write_text(source, encoding="utf-8")
    assert set(messages.words_of(tmp_path / name)) == found


def test_scripts_get_the_french_of_what_they_say_and_nothing_else(tmp_path: Path) -> None:
    messages.write_script_words(tmp_path)
    french = (tmp_path / "words-fr.js").read_text(encoding="utf-8")
    assert "Copié." in french
    assert "Se connecter" not in french
    assert '"catalogue": {}' in (tmp_path / "words-en.js").read_text(encoding="utf-8")
