"""What rings: once for each fact, for those only who may know of it, whatever is rewritten, corrected or killed."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from django.utils import timezone
from tests.portal.conftest import MakeUser
from tests.portal.documents import conftest as papers
from tests.portal.saved_searches.conftest import Arrive, Save, look

from quietude.model.event import event_of
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.rights.actions import withdraw
from quietude.portal.rights.models import Grant
from quietude.portal.saved_searches import ringing
from quietude.portal.saved_searches.asking import search_of
from quietude.portal.saved_searches.filed import Cabinet
from quietude.portal.saved_searches.judging import Seen, answers, count_of, owners
from quietude.portal.saved_searches.models import Kind, Ring, Tried
from quietude.portal.saved_searches.news import counts_of, new_to
from quietude.portal.town import current_store
from quietude.search.api import analysed_fact
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
add, author, service, folder = papers.add, papers.author, papers.service, papers.folder


def close(user: User) -> None:
    for grant in Grant.objects.filter(holder=user, withdrawn_at=None):
        withdraw(None, grant)


def test_a_new_fact_rings_once_and_an_old_one_never(agent: User, save: Save, arrive: Arrive) -> None:
    arrive(text="Déjà là, musique", source="old")
    kept, other = save(agent, "musique"), save(agent, "incendie")
    arrive(text="Musiques fortes")
    assert counts_of([kept, other], timezone.now()) == {kept.pk: 3, other.pk: 0}
    assert new_to(agent, timezone.now()) == 3


def test_a_correction_or_a_rewritten_file_rings_no_second_time(
    agent: User, save: Save, arrive: Arrive, empty_store: Store
) -> None:
    save(agent, "musique")
    made = arrive(text="Musique forte")
    empty_store.upsert(
        pl.DataFrame(made).with_columns(pl.lit("Musique forte, corrigée").alias("text")).to_arrow().cast(made.schema)
    )
    empty_store.maintain()
    look(empty_store)
    assert Ring.objects.count() == 3


def test_a_correction_that_makes_a_fact_answer_rings(
    agent: User, save: Save, arrive: Arrive, empty_store: Store
) -> None:
    save(agent, "incendie")
    made = arrive(text="Fumée")
    assert Ring.objects.count() == 0
    said = pl.Series(["Incendie", *["Fumée"] * (made.num_rows - 1)])
    empty_store.upsert(pl.DataFrame(made).with_columns(said.alias("text")).to_arrow().cast(made.schema))
    look(empty_store)
    assert Ring.objects.count() == 1


def test_a_file_taken_down_halfway_is_tried_again_and_rings_once(
    agent: User, save: Save, arrive: Arrive, empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(agent, "musique")
    keep = ringing._keep

    def killed(rings: object) -> int:
        keep(rings)  # type: ignore[arg-type]  # handed on
        raise OSError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(ringing, "_keep", killed)
        with pytest.raises(OSError, match="killed"):
            arrive(text="Musique forte")
    assert Ring.objects.count() == 0
    look(empty_store)
    look(empty_store, Cabinet({}, 1))
    assert Ring.objects.count() == 3
    Tried.objects.exclude(file="").delete()  # two portals of different machines try the same file
    look(empty_store)
    assert Ring.objects.count() == 3


def test_who_may_not_know_of_a_fact_is_not_rung_and_learns_no_count(
    agent: User, make_user: MakeUser, save: Save, arrive: Arrive
) -> None:
    chief, closed = make_user(Role.SUPERVISOR, username="chief"), make_user(Role.AGENT, username="closed")
    kept = {user.username: save(user, "fait") for user in (agent, chief, closed)}
    close(closed)
    arrive(sensitivity="confidential")
    assert Ring.objects.count() == 0
    arrive(source="bruitparif")
    assert set(Ring.objects.values_list("search__owner__username", flat=True)) == {"agent", "chief"}
    close(agent)
    User.objects.filter(pk=chief.pk).update(is_active=False)
    assert set(counts_of(kept.values(), timezone.now()).values()) == {0}
    assert new_to(agent, timezone.now()) == 0


def test_a_masked_word_rings_nobody_who_cannot_read_it(
    agent: User, make_user: MakeUser, save: Save, arrive: Arrive
) -> None:
    save(agent, "musique")
    masked = make_user(Role.ELECTED, username="elected")
    kept = save(masked, "musique")
    Grant.objects.filter(holder=masked).update(text="closed", title="closed")
    arrive(text="Musique forte")
    assert set(Ring.objects.values_list("search__owner__username", flat=True)) == {"agent"}
    assert counts_of([kept], timezone.now()) == {kept.pk: 0}


@pytest.mark.parametrize("text", ["musique", "musique -forte", "rue", "gravite:3-5", "musique OU nature:bruit"])
def test_what_rings_is_what_the_search_finds(
    text: str, agent: User, make_user: MakeUser, save: Save, arrive: Arrive
) -> None:
    elected = make_user(Role.ELECTED, username="elected")
    Grant.objects.filter(holder=elected).update(place="closed", text="closed")
    kept = [save(agent, text), save(elected, text)]
    arrive(text="Musique forte", per_day=12)
    arrive(text="Musique douce", source="bruitparif", per_day=12)
    readers = owners(((each.owner_id, each.purpose) for each in kept), timezone.now())
    every = list(map(event_of, current_store().query(Viewer.system("test"), Filter()).to_pylist()))
    for each in kept:
        owner, search = readers[each.owner_id, each.purpose], search_of(each)
        read = [Seen().by(owner, analysed_fact(fact)) for fact in every]
        judged = sum(answers(search, one) for one in read if one is not None)
        ids = [fact.id for fact in every]
        assert judged == count_of(owner.viewer, search, ids) == each.rings.count()
    assert kept[0].rings.exists()


def test_facts_that_ids_of_a_search_leave_out_stay_out(agent: User, save: Save, arrive: Arrive) -> None:
    kept = save(agent, "fait", query="id=2026-05-zzz")
    search = replace(search_of(kept), conditions=Filter(ids=("a",)))
    arrive()
    owner = owners([(agent.pk, kept.purpose)], timezone.now())[agent.pk, kept.purpose]
    assert count_of(owner.viewer, search, ["b"]) == 0


def test_a_paused_search_does_not_ring_and_a_deleted_one_leaves_nothing(
    agent: User, save: Save, arrive: Arrive, empty_store: Store
) -> None:
    cabinet = Cabinet({}, 1)
    kept = save(agent, "musique", is_paused=True)
    arrive(text="Musique")
    assert not Ring.objects.exists()
    kept.is_paused = False
    kept.save()
    look(empty_store, cabinet)
    assert len(cabinet) == 1
    arrive(text="Musique", source="bruitparif")
    assert kept.rings.count() == 3
    kept.delete()
    look(empty_store, cabinet)
    assert (len(cabinet), Ring.objects.count()) == (0, 0)


def test_a_document_rings_whoever_may_read_its_words(
    author: User, make_user: MakeUser, save: Save, add: papers.Add
) -> None:
    stranger = make_user(Role.AGENT, username="stranger")
    kept = save(author, "stationnement", has_documents=True)
    other = save(stranger, "stationnement", has_documents=True)
    facts_only = save(author, "arrêté")
    Grant.objects.filter(holder=author).update(title="open", text="open")
    close(stranger)
    cabinet = Cabinet({}, 1)
    cabinet.renew(timezone.now().date())
    add("Arrêté de stationnement", kind="other", title="Arrêté", sensitivity="internal")
    while ringing.try_documents(cabinet, timezone.now()):
        pass
    assert (kept.rings.count(), other.rings.count(), facts_only.rings.count()) == (1, 0, 0)
    assert counts_of([kept], timezone.now()) == {kept.pk: 1}
    assert kept.rings.get().kind == Kind.DOCUMENT
    close(author)
    assert counts_of([kept], timezone.now()) == {kept.pk: 0}
