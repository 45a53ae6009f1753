"""Websites: their robots.txt, other servers' pages, and what a page adds."""

from __future__ import annotations

from typing import Any

from tests.documents.connectors.conftest import Servers
from tests.documents.connectors.places import keys

from quietude.documents.connectors.change import Added, Skipped
from quietude.documents.connectors.site import added_text


def test_robots_and_other_servers_are_respected(servers: Servers) -> None:
    place: Any = servers.place("site")
    place.put("news/a", b"text")
    place.put("private/b", b"text")
    place.pages["/robots.txt"] = b"User-agent: *\nDisallow: /private/\n"
    here = f"http://127.0.0.1:{place.port}"
    place.pages["/sitemap.xml"] = (
        f"<urlset><url><loc>{here}/news/a</loc></url><url><loc>{here}/private/b</loc></url>"
        "<url><loc>https://bank.example/c</loc></url><url><loc>file:///etc/passwd</loc></url></urlset>"
    ).encode()
    told = list(place.connector().changes(None))
    assert keys(told, Added) == {f"{here}/news/a"}
    assert keys(told, Skipped) == {f"{here}/private/b", "https://bank.example/c", "file:///etc/passwd"}


def test_only_added_lines_are_what_a_page_publishes() -> None:
    before = "Menu\nTravaux rue A\nMentions"
    after = "Menu\nTravaux rue B\n  Travaux rue A\nMentions\nMenu"
    assert added_text(before, after) == "Travaux rue B\nMenu"
    assert added_text("", "a\n\nb") == "a\nb"
