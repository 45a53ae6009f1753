"""Who may read a followed document: what its place and its manifest say, followed when either says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.connectors.places import Disk
from tests.portal.conftest import LONG_AGO
from tests.portal.document_sources.conftest import Followed, followed, manifest
from tests.portal.documents.conftest import pdf

from quietude.model.event import SENSITIVITY_ORDER, Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.document_sources.models import Item
from quietude.portal.document_sources.readers import Meant, strictest
from quietude.portal.documents import acts
from quietude.portal.documents.models import Document, OnlyFor, Step
from quietude.portal.documents.scope import Reader
from quietude.portal.services.models import Service

pytestmark = pytest.mark.django_db
RULES = [
    {"folder": "Public", "sensitivity": "public"},
    {"folder": "Police", "sensitivity": "restricted", "groups": ["pm"]},
    {"folder": "Commun", "groups": ["pm", "csu"]},
    {"folder": "Perdu", "groups": ["nobody-here"]},
]


@pytest.fixture
def csu(db: None) -> Service:
    """Return a second service."""
    return Service.objects.create(code="csu", title_fr="CSU", title_en="CSU", kind="video", opened_on=LONG_AGO)


def reader(*services: Service, ceiling: Sensitivity = Sensitivity.INTERNAL, **grant: Any) -> Reader:
    """Return somebody who belongs to services."""
    held = Grant(purpose="operations", rows=grant.pop("rows", Filter()), ceiling=ceiling, **grant)
    keys = frozenset(each.pk for each in services)
    return Reader(Viewer(who="user:1", grants=(held,), purpose="operations"), keys, "RGPD")


def titles(of: Reader) -> set[str]:
    """Return the titles that somebody reads."""
    return {each.title for each in of.readable()}


def filled(disk: Disk, **said: Any) -> Followed:
    """Return a source with a document in each folder."""
    for name in ("Public", "Police", "Commun", "Perdu", "Autres"):
        disk.put(f"{name}/{name}.pdf", pdf(name))
    return followed(disk, read={"rights": RULES}, **said)


def test_rules_say_who_reads_never_wider_than_the_manifest(disk: Disk, service: Service, csu: Service) -> None:
    orders = filled(disk)
    orders.round()
    assert {each.title: each.sensitivity for each in orders.documents} == {
        "Public": "internal", "Police": "restricted", "Commun": "internal", "Perdu": "internal", "Autres": "internal",
    }  # fmt: skip
    assert titles(reader()) == {"Public", "Autres"}
    assert titles(reader(service)) == {"Public", "Autres", "Police", "Commun"}
    assert titles(reader(csu)) == {"Public", "Autres", "Commun"}
    assert titles(reader(csu, ceiling=Sensitivity.CONFIDENTIAL)) == {"Public", "Autres", "Commun"}
    assert titles(reader(service, csu, ceiling=Sensitivity.CONFIDENTIAL)) == {"Public", "Autres", "Police", "Commun"}
    assert orders.document("Police").service == service
    assert orders.document("Commun").service is None


def test_a_manifest_of_public_documents_opens_them(disk: Disk, service: Service) -> None:
    orders = filled(disk, sensitivity="public")
    orders.round()
    assert orders.document("Public").sensitivity == "public"
    assert orders.document("Police").sensitivity == "restricted"


def test_a_document_that_is_moved_there_is_read_by_others_here(disk: Disk, service: Service) -> None:
    orders = filled(disk)
    orders.round()
    document = orders.document("Autres")
    disk.move("Autres/Autres.pdf", "Police/Autres.pdf")
    orders.round()
    assert "Autres" not in titles(reader())
    assert "Autres" in titles(reader(service))
    disk.move("Police/Autres.pdf", "Autres/Autres.pdf")
    orders.round()
    document.refresh_from_db()
    assert (document.sensitivity, document.service) == ("internal", None)
    assert "Autres" in titles(reader())
    said = list(Step.objects.filter(document=document, what=Step.What.CHANGED).values_list("said", flat=True))
    assert said == ["sensitivity, service, readers"] * 2


def test_new_rules_and_new_services_hold_for_what_is_here_even_while_the_place_is_silent(
    disk: Disk, service: Service
) -> None:
    orders = filled(disk)
    orders.round()
    assert "Perdu" not in titles(reader(service))
    disk.vanish()
    named = Service.objects.create(
        code="nobody-here", title_fr="n", title_en="n", kind="prevention", opened_on=LONG_AGO
    )
    orders.round()
    assert "Perdu" in titles(reader(named))
    orders.manifest = followed(disk, sensitivity="restricted").manifest
    orders.round()
    assert {each.sensitivity for each in orders.documents} == {"restricted"}
    assert not OnlyFor.objects.exists()
    assert titles(reader(named)) == set()


def test_what_a_person_made_closer_stays_closer(disk: Disk, author: User, service: Service) -> None:
    orders = filled(disk)
    orders.round()
    document = orders.document("Autres")
    acts.describe(author, document, acts.Said(kind=document.kind, title="Titre donné", sensitivity="confidential"))
    disk.move("Autres/Autres.pdf", "Commun/Autre.pdf")
    orders.round()
    document.refresh_from_db()
    assert (document.sensitivity, document.title) == ("confidential", "Titre donné")
    assert set(document.only_for.values_list("service__code", flat=True)) == {"pm"}  # csu is no service of the town


def test_readers_of_a_document_system_are_followed_and_the_unknown_close_it(
    place_of: Callable[[str], Any], service: Service
) -> None:
    place = place_of("cmis")
    rules = [{"principal": "GROUP_POLICE", "groups": ["pm"]}]
    place.said = {"rights": rules}
    place.put("a", pdf("a"))
    read = {"format": "cmis", "url": f"http://127.0.0.1:{place.server.port}/browser", "rights": rules}
    orders = Followed(manifest(read), place.connector)
    orders.round()
    assert (titles(reader()), titles(reader(service))) == (set(), {"a"})
    place.server.documents["a"]["readers"] = ["GROUP_DRH"]
    Item.objects.update(tag="x")  # only a change of the document makes it be looked at between two sweeps
    place.server.documents["a"]["modified"] += 1
    orders.round()
    assert titles(reader(service, ceiling=Sensitivity.CONFIDENTIAL)) == set()
    assert OnlyFor.objects.filter(service=None).count() == 1


def test_one_content_in_two_folders_is_as_closed_as_the_closer(disk: Disk, service: Service, csu: Service) -> None:
    disk.put("Public/a.pdf", pdf("même"))
    disk.put("Police/a.pdf", pdf("même"))
    orders = followed(disk, read={"rights": RULES})
    orders.round()
    assert titles(reader(csu, ceiling=Sensitivity.CONFIDENTIAL)) == set()
    disk.delete("Police/a.pdf")
    orders.round()
    assert titles(reader(csu)) == {"a"}


meanings = st.builds(
    Meant, st.sampled_from(SENSITIVITY_ORDER), st.none() | st.frozensets(st.sampled_from(["pm", "csu", "asvp"]))
)


@given(st.lists(meanings, min_size=1, max_size=4))
def test_what_several_mean_together_is_what_each_lets(several: list[Meant]) -> None:
    both = strictest(several)
    assert both.sensitivity == max((each.sensitivity for each in several), key=SENSITIVITY_ORDER.index)
    for code in ("pm", "csu", "asvp", "other"):
        lets = [each.services is None or code in each.services for each in several]
        assert (both.services is None or code in both.services) == all(lets)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(Filter(), id="all"),
        pytest.param(Filter(sources=Choice(("orders",))), id="of the source"),
        pytest.param(Filter(sources=Choice(("desk",))), id="of another source"),
        pytest.param(Filter(sources=Choice(none_of=("orders",))), id="but the source"),
        pytest.param(Filter(categories=Choice(("noise",))), id="cut to a category"),
    ],
)
@pytest.mark.parametrize("masked", [frozenset(), frozenset({"title"})], ids=["open", "masked"])
def test_what_would_be_told_of_a_title_is_what_the_database_tells(
    service: Service, csu: Service, rows: Filter, masked: frozenset[str]
) -> None:
    """The name of what is not taken is shown to those who could read the title of it as a document, to nobody else."""
    day = "2030-01-01"
    for sensitivity in Sensitivity:
        for regime in Regime:
            for only_for in (None, (), (service,)):
                made = Document.objects.create(
                    title="t", kind="other", source="orders", sensitivity=sensitivity, regime=regime.value,
                    added_at="2026-01-01T00:00Z", retain_until=day,
                )  # fmt: skip
                acts.limit(made, only_for)
                keys = None if only_for is None else frozenset(each.pk for each in only_for)
                for who in (reader(rows=rows, masked=masked), reader(service, rows=rows, masked=masked),
                            reader(csu, rows=rows, masked=masked, ceiling=Sensitivity.CONFIDENTIAL)):  # fmt: skip
                    assert who.would_title(made, keys) == who.shows_title(made), (sensitivity, regime, only_for, who)
