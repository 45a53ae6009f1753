"""Pages of the editor: whoever tunes alarms writes, tries, proposes and reviews; faults stand where they are."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.portal.alarm_rules.conftest import EVERYTHING, RULE, tried
from tests.portal.conftest import NOW, MakeUser, SignIn

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarm_editions import acts as edition_acts
from quietude.portal.alarm_editions.models import Edition
from quietude.portal.alarm_rules.models import Trial
from quietude.portal.alarm_rules.working import work_off
from quietude.portal.alarms.ground import current_rules
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
FILE = "noise_in_a_quarter"


def typed(shown: str) -> dict[str, str]:
    """Return what a browser would send of the form of a page, but for its buttons."""
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', shown)
        if name not in {"days", "csrfmiddlewaretoken"}
    }
    for name, inner in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', shown):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        fields[name] = chosen[1] if chosen is not None else ""
    for name, inner in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\s?(.*?)</textarea>', shown, flags=re.DOTALL):
        fields[name] = unescape(inner)
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown, flags=re.DOTALL)
    return fields | {name: unescape(value) for name, value in hidden if name in {"mode", "text"}}


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_in_words_what_each_rule_watches(supervisor: Client, store: Store) -> None:
    shown = page(supervisor, "/alarms/rules/")
    assert "at least 3 facts within" in shown
    assert FILE in shown


def test_a_new_rule_is_written_tried_proposed_and_accepted(supervisor: Client, two: User, store: Store) -> None:
    fields = typed(page(supervisor, "/alarms/rules/new/"))
    fields |= {"name": "noise", "title_fr": "Bruit", "title_en": "Noise", "scope": "nature:noise", "by": "zone:quarter"}
    fields |= {"w.f.within": "PT12H", "w.f.at_least": "2"}
    answer = supervisor.post("/alarms/rules/new/", {**fields, "act": "try"})
    assert answer.status_code == 302, answer.content.decode()
    assert "is being tried" in page(supervisor, answer["Location"])
    work_off()
    shown = page(supervisor, answer["Location"])
    assert "It would have rung" in shown
    trial = Trial.objects.get()
    supervisor.post(f"/alarms/rules/trials/{trial.pk}/propose/", {"reason": "demandé"})
    edition = Edition.objects.get()
    assert (edition.name, edition.state) == ("noise", "proposed")
    assert "another person" in page(supervisor, "/alarms/rules/noise/")
    reviewer = Client()
    reviewer.force_login(two)
    assert "demandé" in page(reviewer, "/alarms/rules/noise/")
    reviewer.post(f"/alarms/rules/editions/{edition.pk}/decide/", {"act": "accept"})
    assert "noise" in [each.rule.name for each in current_rules()]


def test_a_fault_is_told_at_its_field_and_nothing_is_tried(supervisor: Client, store: Store) -> None:
    fields = typed(page(supervisor, f"/alarms/rules/{FILE}/edit/"))
    answer = supervisor.post(f"/alarms/rules/{FILE}/edit/", {**fields, "w.f.within": "3 hours", "act": "try"})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert 'aria-describedby="w.f.within_error"' in shown
    assert "&#x27;3 hours&#x27;" in shown
    assert not Trial.objects.exists()


def test_form_and_text_change_into_each_other_and_conditions_are_added(supervisor: Client, store: Store) -> None:
    address = f"/alarms/rules/{FILE}/edit/"
    fields = typed(page(supervisor, address))
    as_text = typed(supervisor.post(address, {**fields, "act": "text"}).content.decode())
    assert as_text["mode"] == "text"
    again = supervisor.post(address, {**as_text, "act": "form"}).content.decode()
    assert typed(again)["w.f.within"] == fields["w.f.within"]
    grown = supervisor.post(address, {**fields, "w.kind": "all", "w.0.kind": "match", "act": "add:w"}).content.decode()
    assert 'name="w.1.kind"' in grown
    joined = typed(
        supervisor.post(address, {**fields, "w.kind": "any", "w.was": "count", "act": "kind"}).content.decode()
    )
    assert (joined["w.kind"], joined["w.0.kind"], joined["w.0.f.within"]) == ("any", "count", fields["w.f.within"])
    broken = supervisor.post(address, {"mode": "text", "text": "title: [", "act": "form"}).content.decode()
    assert "not YAML" in broken
    assert 'name="mode" value="text"' in broken


def test_a_rule_that_rings_on_everything_is_refused_with_the_count(supervisor: Client, store: Store) -> None:
    trial = tried(User.objects.get(username="supervisor"), EVERYTHING)
    shown = page(supervisor, f"/alarms/rules/trials/{trial.pk}/")
    assert "It is refused" in shown
    supervisor.post(f"/alarms/rules/trials/{trial.pk}/propose/", {"reason": "tout"})
    assert not Edition.objects.exists()


def test_a_trial_is_its_persons_own_and_can_be_stopped(supervisor: Client, two: User, store: Store) -> None:
    fields = typed(page(supervisor, f"/alarms/rules/{FILE}/edit/"))
    answer = supervisor.post(f"/alarms/rules/{FILE}/edit/", {**fields, "act": "try"})
    other = Client()
    other.force_login(two)
    assert other.get(answer["Location"]).status_code == 404
    assert other.post(f"{answer['Location']}stop/").status_code == 404
    supervisor.post(f"{answer['Location']}stop/")
    assert work_off() == 0
    assert "was stopped" in page(supervisor, answer["Location"])


def test_a_file_is_taken_in_and_handed_out(supervisor: Client, store: Store) -> None:
    given = SimpleUploadedFile("noise.yml", RULE.encode())
    shown = supervisor.post("/alarms/rules/import/", {"file": given}).content.decode()
    assert typed(shown)["scope"] == "nature:noise"
    wrong = SimpleUploadedFile("noise.yml", b"title: 3\n")
    assert "title" in supervisor.post("/alarms/rules/import/", {"file": wrong}).content.decode()
    named = SimpleUploadedFile("Noise 2.yml", RULE.encode())
    answer = supervisor.post("/alarms/rules/import/", {"file": named}, follow=True)
    assert "noise_at_night.yml" in answer.content.decode()
    out = supervisor.get(f"/alarms/rules/{FILE}/export/")
    assert out["Content-Disposition"] == f'attachment; filename="{FILE}.yml"'
    assert b"at_least: 3" in out.content


def test_a_rule_is_withdrawn_and_brought_back_by_proposals(supervisor: Client, two: User, store: Store) -> None:
    supervisor.post(f"/alarms/rules/{FILE}/return/", {"edition": "none", "reason": "travaux"})
    edition = Edition.objects.get()
    reviewer = Client()
    reviewer.force_login(two)
    assert "retire" in page(reviewer, f"/alarms/rules/{FILE}/") or "withdraws" in page(
        reviewer, f"/alarms/rules/{FILE}/"
    )
    reviewer.post(f"/alarms/rules/editions/{edition.pk}/decide/", {"act": "accept"})
    assert FILE not in [each.rule.name for each in current_rules()]
    tried = supervisor.post(f"/alarms/rules/{FILE}/return/", {"edition": "0"})["Location"]
    assert Edition.objects.count() == 1, "it is tried first"
    assert work_off() == 1
    supervisor.post(f"{tried}propose/", {"reason": "fini"})
    assert Edition.objects.get(number=2).text


def test_a_return_to_what_rings_on_everything_by_now_is_refused(
    supervisor: Client, one: User, two: User, store: Store
) -> None:
    for text in (EVERYTHING, RULE):
        edition_acts.accept(two, edition_acts.propose(one, "noise", text, reason="a", now=NOW), said="", now=NOW)
    assert 'name="edition"' in page(supervisor, "/alarms/rules/noise/")
    held = supervisor.post("/alarms/rules/noise/return/", {"edition": "2"}, follow=True)
    assert "holds already" in held.content.decode() or "déjà" in held.content.decode()
    tried = supervisor.post("/alarms/rules/noise/return/", {"edition": "1"})["Location"]
    assert work_off() == 1
    assert supervisor.post(f"{tried}propose/", {"reason": "avant"})["Location"] == tried
    assert Edition.objects.count() == 2


@pytest.mark.parametrize("role", [Role.AGENT, Role.ANALYST, Role.ELECTED, Role.DPO, Role.DATA_MANAGER])
def test_whoever_does_not_tune_alarms_is_refused(role: Role, sign_in: SignIn) -> None:
    client = sign_in(role)
    for address in ("/alarms/rules/", "/alarms/rules/new/", f"/alarms/rules/{FILE}/", "/alarms/load/"):
        assert client.get(address).status_code == 403


def test_an_administrator_reviews_without_reading_facts(sign_in: SignIn, make_user: MakeUser, store: Store) -> None:
    administrator = sign_in(Role.ADMINISTRATOR, language="en")
    assert FILE in page(administrator, "/alarms/rules/")
    trial = tried(User.objects.get(role=Role.ADMINISTRATOR), RULE)
    assert trial.result is not None
    shown = page(administrator, f"/alarms/rules/trials/{trial.pk}/")
    assert "It would have rung" in shown
    assert "Appel d&#x27;un riverain" not in shown
