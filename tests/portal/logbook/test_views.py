"""Pages of the main courante, as a writer, a reader and a stranger meet them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import SignIn
from tests.portal.logbook.conftest import Write, joined

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook.models import Entry, State

pytestmark = pytest.mark.django_db


def form(**fields: str) -> dict[str, str]:
    usual = {
        "logbook": "patrols", "key": str(uuid4()), "when": "", "category": "noise.party", "text": "Fête au 3e étage.",
    }  # fmt: skip
    return usual | fields


def test_an_entry_is_written_with_six_fields_at_most_and_listed(at_work: Client) -> None:
    response = at_work.post("/logbook/new/", form(when="il y a 10 min", crew="Alpha 3"), follow=True)
    assert "PM-2026-0001" in response.content.decode()
    listed = at_work.get("/logbook/").content.decode()
    assert "Fête au 3e étage." in listed
    assert Entry.objects.get().author.username == "bruno"


def test_a_service_s_own_word_is_kept_beside_the_category_it_means(at_work: Client) -> None:
    at_work.post("/logbook/new/", form(category="Tapage nocturne"))
    content = Entry.objects.get().versions.get().content
    assert (content["category"], content["words"]) == ("noise.party", "Tapage nocturne")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("when", "demain peut-être", "n’est pas une heure comprise"),
        ("when", "31/12/2099 10:00", "est dans le futur"),
        ("when", "01/01/2001 10:00", "plus ancien que ce que la main courante peut conserver"),
        ("category", "noise.partyy", "Aucune catégorie"),
        ("field_fines", "beaucoup", "Écrivez un nombre."),
        ("until", "hier", "Finit avant de commencer"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    at_work: Client, field: str, value: str, said: str
) -> None:
    response = at_work.post("/logbook/new/", form(**{field: value}))
    assert response.status_code == 400
    assert said in response.content.decode()
    assert "Fête au 3e étage." in response.content.decode()
    assert not Entry.objects.exists()


def test_an_emoji_stays_and_a_null_byte_goes(at_work: Client) -> None:
    response = at_work.post("/logbook/new/", form(text="Fête 🎉 au\x00 3e"))
    assert response.status_code in {302, 400}
    texts = [each.versions.get().content["text"] for each in Entry.objects.all()]
    assert all("\x00" not in text for text in texts)
    at_work.post("/logbook/new/", form(text="Fête 🎉"))
    assert Entry.objects.latest("pk").versions.get().content["text"] == "Fête 🎉"


def test_an_entry_is_corrected_followed_up_closed_and_struck_from_its_page(at_work: Client) -> None:
    at_work.post("/logbook/new/", form())
    page = "/logbook/patrols/PM-2026-0001/"
    changed = form(text="Fête au 4e étage.", reason="étage", seen_version="1")
    assert at_work.post(f"{page}correct/", changed).status_code == 302
    shown = at_work.get(page).content.decode()
    assert "<del>Fête au 3e étage.</del>" in shown
    assert "<ins>Fête au 4e étage.</ins>" in shown
    at_work.post(f"{page}follow-up/", {"what": "Repasser à 23 h", "due": ""})
    assert Entry.objects.get().state == State.UNDER_WAY
    at_work.post(f"/logbook/follow-ups/{Entry.objects.get().follow_ups.get().pk}/done/", {"outcome": "Calme"})
    assert Entry.objects.get().state == State.CLOSED
    at_work.post(f"{page}state/", {"state": "open", "reason": "nouvel appel"})
    assert Entry.objects.get().state == State.OPEN
    at_work.post(f"{page}strike/", {"reason": "doublon"})
    assert Entry.objects.get().is_struck
    assert "<s>Fête au 4e étage.</s>" in at_work.get("/logbook/").content.decode()


def test_a_correction_of_something_else_leaves_the_moment_to_the_second(at_work: Client, write: Write) -> None:
    moment = timezone.now() - timedelta(minutes=5)
    entry = write(occurred_at=moment, now=timezone.now())
    page = f"/logbook/patrols/{entry.label}/correct/"
    shown = at_work.get(page).context["form"]
    at_work.post(page, form(when=shown.initial["when"], text="Fête au 4e.", reason="étage", seen_version="1"))
    entry.refresh_from_db()
    assert (entry.version, entry.occurred_at) == (2, moment)
    at_work.post(page, form(when="il y a 20 min", text="Fête au 4e.", reason="heure", seen_version="2"))
    entry.refresh_from_db()
    assert entry.occurred_at < moment


def test_a_conflict_shows_both_versions_and_who_wrote_them(at_work: Client, write: Write) -> None:
    entry = write(occurred_at=timezone.now() - timedelta(minutes=5), now=timezone.now())
    page = f"/logbook/patrols/{entry.label}/"
    at_work.post(f"{page}correct/", form(text="La première", reason="précision", seen_version="1"))
    late = at_work.post(f"{page}correct/", form(text="La seconde", reason="précision", seen_version="1"))
    shown = late.content.decode()
    assert (late.status_code, entry.versions.count()) == (409, 2)
    assert "La première" in shown
    assert "La seconde" in shown
    assert "bruno" in shown


def test_an_agent_of_no_service_reads_but_does_not_write(sign_in: SignIn, write: Write) -> None:
    entry = write(occurred_at=timezone.now() - timedelta(minutes=5), now=timezone.now())
    stranger = sign_in(Role.AGENT, username="clara")
    assert stranger.get("/logbook/new/").status_code == 403
    page = f"/logbook/patrols/{entry.label}/"
    shown = stranger.get(page).content.decode()
    assert "Fête au 3e étage." not in shown
    assert stranger.post(f"{page}correct/", form(reason="x", seen_version="1")).status_code == 403
    assert stranger.post(f"{page}strike/", {"reason": "doublon"}).status_code == 403


def test_what_does_not_exist_for_a_reader_is_not_found(sign_in: SignIn, write: Write) -> None:
    entry = write(regime="TITRE_III")
    client = sign_in(Role.ANALYST)
    assert client.get(f"/logbook/patrols/{entry.label}/").status_code == 404
    assert client.get("/logbook/patrols/PM-2026-9999/").status_code == 404


def test_the_list_is_read_page_by_page_without_a_gap(at_work: Client) -> None:
    by = joined(User.objects.create(username="anne", role=Role.AGENT))
    moment = timezone.now() - timedelta(minutes=1)
    Entry.objects.bulk_create(
        Entry(
            key=uuid4(),
            logbook="patrols",
            year=2026,
            number=number,
            label=f"PM-2026-{number:04}",
            author=by,
            written_at=moment,
            occurred_at=moment,
            retain_until=moment.date() + timedelta(days=1000),
        )
        for number in range(1, 121)
    )
    seen: list[str] = []
    address = "/logbook/?show=all"
    while address:
        response = at_work.get(address)
        seen += [row.seen.entry.label for row in response.context["rows"]]
        following = response.context["following"]
        address = f"/logbook/?show=all&before={following.replace('+', '%2B')}" if following else ""
    assert (len(seen), len(set(seen))) == (120, 120)


def test_places_and_categories_are_offered_as_they_are_typed(at_work: Client) -> None:
    offered = at_work.get("/logbook/categories/?logbook=patrols&q=tapage").json()["categories"]
    assert offered[0]["code"] == "noise.party"
    assert at_work.get("/logbook/places/?q=x").json() == {"places": []}
