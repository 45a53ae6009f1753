"""A scanner counts as able to see only when it found the SQL or the script planted in the parameter `name`."""

from __future__ import annotations

import pytest
from tools.attack import PLANTED

FOUND = "vulnerability found via injection in the parameter"


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("sqlmap", "http://127.0.0.1:1/?name=1 name BU"),
        ("wapiti", f"Reflected Cross Site Scripting: GET / Reflected Cross Site Scripting {FOUND} name"),
        ("wapiti", "SQL Injection: GET / SQL Injection (DBMS: SQLite) via injection in the parameter name"),
    ],
)
def test_the_planted_weakness_counts(tool: str, said: str) -> None:
    assert PLANTED[tool].search(said)


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("sqlmap", "http://127.0.0.1:1/?name=1 other BU"),
        ("sqlmap", "sqlmap asked nothing: no such option: name"),
        ("wapiti", "Content Security Policy Configuration: GET / CSP is not set"),
        ("wapiti", "Internal Server Error: GET / a 500 HTTP error code while injecting in the parameter name"),
        ("wapiti", f"Reflected Cross Site Scripting: GET / Reflected Cross Site Scripting {FOUND} other"),
        ("wapiti", "wapiti wrote no report: SQL Injection module of that name is missing"),
    ],
)
def test_nothing_else_counts(tool: str, said: str) -> None:
    assert not PLANTED[tool].search(said)
