"""More like this: a fact's telling words, counted among what the reader may read, as a search like any other."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from django.test import Client
from tests.portal.search import test_views as searched

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.store.api import Store

explored = searched.explored
store = searched.store
agent = searched.agent
elected = searched.elected
indexed = searched.indexed


def names(store: Store) -> list[tuple[str, str, str]]:
    """Return the name, title and category of facts."""
    found = store.query(Viewer.system("test"), Filter(), columns=("id", "title", "category"), limit=5)
    return [(row["id"], row["title"], row["category"]) for row in found.to_pylist()]


def test_facts_like_one_share_its_telling_words_and_it_is_among_them(agent: Client, store: Store) -> None:
    for name, title, _category in names(store):
        led = agent.get(f"/search/like/{name}/")
        assert led.status_code == 302
        [text] = parse_qs(urlsplit(led["Location"]).query)["q"]
        words = [word.strip('"') for word in text.split(" OU ")]
        assert 1 <= len(words) <= 6
        assert any(word in title.lower() for word in words)
        assert len(set(words)) == len(words)
        data = agent.get("/search/answer.json", {"q": text}).json()
        assert data["count"] > 1, "it is not alone"
        assert [word for word in words if not word.isalpha()] == []


def test_what_may_not_be_read_is_not_there(agent: Client, elected: Client, store: Store) -> None:
    [(name, _title, _category), *_] = names(store)
    assert agent.get("/search/like/2020-01-nothing/").status_code == 404
    assert elected.get(f"/search/like/{name}/").status_code == 403


def test_a_word_that_is_everywhere_tells_nothing(agent: Client, store: Store) -> None:
    among = agent.get("/search/answer.json", {"q": ""}).json()["count"]
    for name, _title, _category in names(store):
        [text] = parse_qs(urlsplit(agent.get(f"/search/like/{name}/")["Location"]).query)["q"]
        for word in text.split(" OU "):
            assert agent.get("/search/answer.json", {"q": word}).json()["count"] <= max(among * 0.2, 2), word
