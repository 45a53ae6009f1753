"""Work without network: nothing written is lost, nothing sent twice, nothing on the device can be read by another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Route, expect
from tests.browser.conftest import PASSWORD, MakeVisitor, axe, overflow_px
from tests.browser.field import (
    EVERYTHING,
    FORM,
    KEPT,
    WAITS,
    in_the_field,
    last_texts,
    numbers,
    opened,
    stop_the_worker,
    write,
)


def test_three_entries_written_without_network_are_saved_once_when_it_is_back(visitor: MakeVisitor) -> None:
    someone = in_the_field(visitor)
    page, context = someone.page, someone.page.context
    context.set_offline(True)
    write(page, "Un: chien errant rue Haute")
    page.reload()  # the worker answers
    someone.ready()
    expect(page.locator(".net")).to_contain_text("Pas de réseau depuis")
    write(page, "Deux: vitre brisée au 12")
    expect(page.locator(".net")).to_contain_text("2 écritures attendent")
    page.close()
    page = opened(someone, context, FORM)
    write(page, "Trois: rixe place du Port")
    expect(page.locator(".net")).to_contain_text("3 écritures attendent")
    context.set_offline(False)
    expect(page.locator(".toast--success")).to_contain_text("3 écritures")
    expect(page.locator(".net")).to_contain_text("En ligne")
    texts = last_texts(someone, page, 3)
    assert texts == ["Trois: rixe place du Port", "Deux: vitre brisée au 12", "Un: chien errant rue Haute"]
    last, before, first = numbers(page)[:3]  # under them stand the agent's own of earlier tests, not a colleague's
    assert (last, before) == (first + 2, first + 1)


def test_what_was_sent_but_never_answered_is_not_written_twice(visitor: MakeVisitor) -> None:
    someone = in_the_field(visitor)
    page, context = someone.page, someone.page.context
    context.set_offline(True)
    write(page, "Quatre: réponse perdue")
    write(page, "Cinq: réponse perdue")
    lost: list[int] = []

    def lose(route: Route) -> None:
        answer = route.fetch()  # the portal has taken them
        lost.append(answer.status)
        route.abort()

    page.route("**/logbook/sync/", lose, times=1)
    context.set_offline(False)
    page.locator(".net").click()
    page.locator("[data-sends-now]").click()
    expect(page.locator(".notice--good")).to_contain_text("Rien n’attend", timeout=30_000)
    assert lost == [200]
    texts = last_texts(someone, page, 10)
    assert [text for text in texts if "réponse perdue" in text] == ["Cinq: réponse perdue", "Quatre: réponse perdue"]


def test_nothing_on_the_device_can_be_read_and_signing_out_leaves_nothing(visitor: MakeVisitor) -> None:
    someone = in_the_field(visitor)
    page, context = someone.page, someone.page.context
    page.locator("[name=text]").fill("Brouillon: zébulon")
    expect(page.locator("[data-draft-said]")).to_be_visible()
    page.reload()
    someone.ready()
    expect(page.locator("[name=text]")).to_have_value("Brouillon: zébulon")
    context.set_offline(True)
    write(page, "Secret: zanzibar chez Mme Untel")
    page.locator("[name=text]").fill("Brouillon: zébulon encore")
    expect(page.locator("[data-draft-said]")).to_be_visible()
    page.goto(someone.portal.address + "/logbook/waiting/")
    expect(page.locator(WAITS)).to_contain_text("zanzibar")
    kept = page.evaluate(EVERYTHING)
    assert len(kept) > 1000
    assert not [word for word in ("zanzibar", "zébulon".encode().decode("latin-1"), "Untel", "Camille") if word in kept]
    assert "csrfmiddlewaretoken" not in kept
    page.on("dialog", lambda dialog: dialog.accept())
    context.set_offline(False)
    page.route("**/logbook/sync/", lambda route: route.abort())
    page.goto(someone.portal.address + "/profile/")
    someone.ready()
    someone.portal.sessions.pop("agent")
    page.locator(".account-menu summary").click()
    page.locator(".account-menu form button").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(EVERYTHING).strip() in {"", "/sign-in/"}  # htmx notes where one is
    assert [name for name in page.evaluate("caches.keys()") if not name.startswith("files-")] == []


def test_another_account_sees_nothing_of_it_and_its_signing_out_deletes_nothing(visitor: MakeVisitor) -> None:
    someone = in_the_field(visitor, "colleague")
    page, context = someone.page, someone.page.context
    context.set_offline(True)
    write(page, "Six: à moi seul")
    context.clear_cookies()  # the session ended
    someone.portal.sessions.pop("colleague")
    page.route("**/logbook/sync/", lambda route: route.abort())
    context.set_offline(False)
    page.goto(someone.portal.address + "/logbook/waiting/")
    page.wait_for_url("**/sign-in/**")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.wait_for_function("async () => !(await caches.keys()).includes('pages')")  # the worker is told, and does it
    page.fill("[name=login]", "agent")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/logbook/waiting/")
    expect(page.locator(".notice--good")).to_contain_text("Rien n’attend")
    expect(page.locator("body")).not_to_contain_text("à moi seul")
    page.locator(".account-menu summary").click()
    page.locator(".account-menu form button").click()
    page.wait_for_url("**/sign-in/**")
    page.unroute("**/logbook/sync/")
    page.fill("[name=login]", "colleague")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(".toast--success")).to_contain_text("est enregistrée", timeout=30_000)
    assert last_texts(someone, page, 1) == ["Six: à moi seul"]


def test_a_conflict_shows_both_versions_and_the_writer_chooses_field_by_field(visitor: MakeVisitor) -> None:
    one = in_the_field(visitor)
    page = one.page
    write(page, "Version d’origine")
    label = page.locator(".toast--success").inner_text().split()[0]
    page = one.go(f"/logbook/patrols/{label}/correct/")
    page.context.set_offline(True)
    page.locator("[name=text]").fill("Version du tunnel")
    page.locator("[name=action]").fill("Rappel à l’ordre")
    page.locator("[name=reason]").fill("oubli")
    page.locator("main button[type=submit]").click()
    expect(page.locator(".toast--info")).to_contain_text("Gardée sur cet appareil")
    other = visitor("colleague", language="fr").go(f"/logbook/patrols/{label}/correct/")
    other.locator("[name=text]").fill("Version de Dominique")
    other.locator("[name=reason]").fill("précision")
    other.locator("main button[type=submit]").click()
    other.wait_for_url(f"**/{label}/")
    page.context.set_offline(False)
    expect(page.locator(".net")).to_contain_text("1 a besoin de vous")
    page.locator(".net").click()
    wait = page.locator(f"{WAITS}[data-state=conflict]")
    expect(wait).to_contain_text("Dominique Blanc")
    expect(wait).to_contain_text("Version de Dominique")
    expect(wait).to_contain_text("Version du tunnel")
    assert axe(page) == []
    assert overflow_px(page) == 0
    wait.locator("tr", has_text="Version de Dominique").locator("input[value=theirs]").check()
    wait.locator("[name=reason]").fill("les deux")
    wait.locator("button[type=submit]").click()
    expect(page.locator(".notice--good")).to_contain_text("Rien n’attend")
    page = one.go(f"/logbook/patrols/{label}/")
    expect(page.locator("main")).to_contain_text("Version de Dominique")
    expect(page.locator("main")).to_contain_text("Rappel à l’ordre")
    expect(page.locator("main")).to_contain_text("les deux")


def test_what_the_portal_refuses_is_mended_in_the_form(visitor: MakeVisitor) -> None:
    someone = in_the_field(visitor)
    page = someone.page
    page.context.set_offline(True)
    page.locator("[name=when]").fill("minuit moins le quart")
    write(page, "Sept: heure mal dite")
    page.context.set_offline(False)
    expect(page.locator(".net")).to_contain_text("1 a besoin de vous")
    page.locator(".net").click()
    wait = page.locator(f"{WAITS}[data-state=refused]")
    expect(wait).to_contain_text("minuit moins le quart")
    assert axe(page) == []
    wait.get_by_role("link", name="Corriger").click()
    expect(page.locator("#id_when_refusal")).to_contain_text("minuit moins le quart")
    expect(page.locator("[name=text]")).to_have_value("Sept: heure mal dite")
    page.locator("[name=when]").fill("")
    page.locator("[name=text]").press("Control+Enter")
    page.wait_for_url("**/logbook/waiting/")
    expect(page.locator(".notice--good")).to_contain_text("Rien n’attend")
    assert last_texts(someone, page, 1) == ["Sept: heure mal dite"]


def test_a_wrong_clock_is_told_with_both_times(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    someone.page.clock.install(time=datetime.now(UTC) + timedelta(days=2))
    page = someone.go(FORM)
    expect(page.locator(KEPT)).to_be_attached()
    page.context.set_offline(True)
    write(page, "Huit: montre en avance")
    page.context.set_offline(False)
    page.clock.run_for(1_000)
    expect(page.locator(".net")).to_contain_text("1 a besoin de vous")
    page.locator(".net").click()
    wait = page.locator(f"{WAITS}[data-state=clock]")
    expect(wait.get_by_role("button", name="Comme le dit l’appareil")).to_be_visible()
    wait.get_by_role("button", name="Corrigée").click()
    page.clock.run_for(1_000)
    expect(page.locator(".notice--good")).to_contain_text("Rien n’attend")


def test_a_full_device_says_so_and_the_text_stays(visitor: MakeVisitor) -> None:
    page = in_the_field(visitor).page
    page.context.set_offline(True)
    page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    page.locator("[name=text]").fill("Neuf: pas de place")
    page.locator("[name=text]").press("Control+Enter")
    expect(page.locator(".toast--error")).to_contain_text("n’a plus de place")
    expect(page.locator("[name=text]")).to_have_value("Neuf: pas de place")


def test_what_waits_is_deleted_only_when_asked_twice(visitor: MakeVisitor) -> None:
    someone = in_the_field(visitor)
    page = someone.page
    page.context.set_offline(True)
    write(page, "Dix: à oublier")
    page.goto(someone.portal.address + "/logbook/waiting/")
    wait = page.locator(WAITS)
    wait.get_by_role("button", name="Supprimer").click()
    wait.get_by_role("button", name="La garder").click()
    expect(wait).to_contain_text("Dix: à oublier")
    wait.get_by_role("button", name="Supprimer").click()
    wait.get_by_role("button", name="Supprimer pour de bon").click()
    expect(page.locator(".notice--good")).to_contain_text("Rien n’attend")


def test_started_without_network_the_browser_opens_what_waits_with_the_owner_s_words_only(
    visitor: MakeVisitor,
) -> None:
    someone = in_the_field(visitor)
    page, context = someone.page, someone.page.context
    page.goto(someone.portal.address + "/logbook/waiting/")
    page.fill("#new-words", "le mistral souffle fort")
    page.get_by_role("button", name="Choisir ces mots").click()
    expect(page.locator(".toast--success")).to_contain_text("mots sont choisis")
    someone.go(FORM)
    context.set_offline(True)
    write(page, "Onze: fermé à clé")
    page.close()
    stop_the_worker(context)
    page = opened(someone, context, FORM)
    write(page, "Douze: écrit porte fermée")
    page.goto(someone.portal.address + "/logbook/waiting/")
    expect(page.locator(".notice")).to_contain_text("2 écritures attendent, fermées")
    expect(page.locator("main")).not_to_contain_text("fermé à clé")
    page.goto(someone.portal.address + "/shifts/instructions/")
    expect(page.locator("[data-lead]")).to_contain_text("fermée")
    page.goto(someone.portal.address + "/logbook/waiting/")
    page.fill("#open-words", "le mistral souffle mal")
    page.get_by_role("button", name="Ouvrir avec ces mots").click()
    expect(page.get_by_role("alert")).to_contain_text("pas les bons mots")
    page.fill("#open-words", "le mistral souffle fort")
    page.get_by_role("button", name="Ouvrir avec ces mots").click()
    expect(page.locator(WAITS)).to_have_count(2)
    expect(page.locator("main")).to_contain_text("Onze: fermé à clé")
    context.set_offline(False)
    expect(page.locator(".notice--good")).to_contain_text("Rien n’attend")
