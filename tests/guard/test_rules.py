"""The rules as data: what is not read alike by both languages is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quietude.guard import rules
from quietude.guard.rules import RuleError, as_data, rule_book


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        pytest.param(r"kind = 'origin'\npattern = '(?P<x>a)'", "not read alike", id="named-group"),
        pytest.param(r"kind = 'origin'\npattern = '\s+'", "not read alike", id="space-class"),
        pytest.param(r"kind = 'origin'\npattern = 'é'", "not read alike", id="accent"),
        pytest.param(r"kind = 'origin'\npattern = '(a'", "unterminated", id="open-group"),
        pytest.param(r"kind = 'origin'\npattern = 'a*'", "matches nothing", id="empty-match"),
        pytest.param(r"kind = 'origin'\npattern = 'a'\nnot_befor = 'b'", "not_befor", id="unknown-key"),
        pytest.param(r"kind = 'zodiac'\npattern = 'a'", "zodiac", id="unknown-kind"),
    ],
)
def test_a_wrong_rule_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str, said: str) -> None:
    (tmp_path / "rules").mkdir()
    for name in ("kinds.toml", "words.toml"):
        (tmp_path / name).write_text((rules.FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "rules" / "bad.toml").write_text("[[rule]]\n" + rule.replace(r"\n", "\n"), encoding="utf-8")
    monkeypatch.setattr(rules, "FOLDER", tmp_path)
    monkeypatch.setattr(rules, "FILES", ("bad",))
    with pytest.raises(RuleError, match=said):
        rule_book.__wrapped__()


def test_the_browser_is_handed_all_of_it_as_json() -> None:
    data = json.loads(json.dumps(as_data()))
    assert len(data["rules"]) == len(rule_book().rules)
    assert set(data["kinds"]) == set(rule_book().kinds)
    assert "<" not in "".join(data["kinds"])


def test_every_list_is_filled_in() -> None:
    for rule in rule_book().rules:
        for part in (rule.pattern, rule.not_before, rule.not_after, rule.needs_before, rule.needs):
            assert not rules._LIST.search(part), part
