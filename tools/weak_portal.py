"""A portal that is weak on purpose: scanners that find nothing here would find nothing anywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with what the address says, unescaped, and with what its SQL finds, unbound."""
    asked = parse_qs(str(environ["QUERY_STRING"])).get("name", ["1"])[0]
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE facts (id INTEGER, title TEXT)")
    database.executemany("INSERT INTO facts VALUES (?, ?)", [(number, f"Fait {number}") for number in range(1, 9)])
    try:
        found = str(database.execute(f"SELECT title FROM facts WHERE id = {asked}").fetchall())
        status = "200 OK"
    except sqlite3.Error as error:
        found, status = f"SQLite3::SQLException: {error}", "500 Error"
    start(status, [("Content-Type", "text/html; charset=utf-8")])
    return [f"<html><body><a href='/?name=1'>1</a><p>{asked}</p><p>{found}</p></body></html>".encode()]


if __name__ == "__main__":
    with make_server("127.0.0.1", 0, application) as server:
        print(f"weak at http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
