"""Attachments as hands meet them: chosen, dropped, pasted, made smaller; blurred with a finger or with keys; struck."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from tests.browser.conftest import MakeVisitor, Portal, Visitor, axe, overflow_px, refused, watched
from tests.browser.test_logbook import LOOKS, write

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photograph(width: int = 800, height: int = 600) -> bytes:
    """Return a picture in four colours, that says where it was taken."""
    picture = Image.new("RGB", (width, height), (30, 90, 150))
    for x, y, colour in ((0, 0, (200, 60, 40)), (1, 0, (40, 160, 80)), (0, 1, (230, 200, 60))):
        half = (width // 2, height // 2)
        picture.paste(colour, (x * half[0], y * half[1], (x + 1) * half[0], (y + 1) * half[1]))
    for x in range(width * 2 // 5, width * 3 // 5, 4):  # what there is to blur: fine stripes in the middle
        picture.paste((0, 0, 0), (x, height * 2 // 5, x + 2, height * 3 // 5))
    exif = Image.Exif()
    exif[0x010F] = "CANARY"
    exif.get_ifd(0x8825)[2] = (43.0, 17.0, 30.0)
    written = io.BytesIO()
    picture.save(written, format="JPEG", exif=exif, quality=92)
    return written.getvalue()


def named(name: str, content: bytes | None = None, kind: str = "image/jpeg") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content if content is not None else photograph()}


def kept(someone: Visitor, page: Page) -> Image.Image:
    """Return the picture that a page shows, as the portal sends it."""
    address = page.locator(".attached-page__picture img").get_attribute("src")
    answer = someone.page.request.get(f"{someone.portal.address}{address}")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert b"CANARY" not in answer.body()
    return Image.open(io.BytesIO(answer.body()))


def attached(someone: Visitor, text: str) -> Page:
    """Write an entry with a photograph in its form, by keys, and return the photograph's page."""
    page = someone.go("/logbook/new/?logbook=patrols")
    page.set_input_files("#id_files", named("IMG_2041.jpg"))
    expect(page.locator(".attach__row canvas")).to_be_visible()
    page.locator("[name=text]").focus()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    link = page.locator(".attach__said a")
    expect(link).to_have_text("IMG_2041.jpg")
    return someone.go(link.get_attribute("href") or "")


def test_a_photograph_with_a_place_is_attached_seen_without_it_blurred_and_struck(visitor: MakeVisitor) -> None:
    someone = watched(visitor("agent", language="fr"))
    page = attached(someone, "Attroupement sur le quai.")
    before = kept(someone, page).convert("RGB")
    assert not kept(someone, page).getexif()
    assert len(before.crop((330, 250, 470, 350)).getcolors(20_000) or []) > 40
    page.get_by_role("link", name="Flouter").click()
    someone.ready()
    canvas = page.locator(".blur__canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box is not None
    page.locator("#blur-size").fill("30")
    for row in (0.42, 0.5, 0.58):  # the brush goes over the stripes
        page.mouse.move(box["x"] + box["width"] * 0.36, box["y"] + box["height"] * row)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.64, box["y"] + box["height"] * row, steps=8)
        page.mouse.up()
    expect(page.locator("main [data-said]")).to_contain_text("3")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-redo]")).to_be_enabled()
    page.keyboard.press("Control+y")
    page.get_by_role("button", name="Flouter et effacer l’original").click()
    expect(page.locator("main")).to_contain_text("remplacée par une image floutée")
    after = kept(someone, page).convert("RGB")
    assert after.size == before.size
    middle = after.crop((330, 250, 470, 350)).resize((14, 10), Image.Resampling.NEAREST)
    assert len(middle.quantize(64).convert("RGB").getcolors(1000) or []) < 20
    assert [after.getpixel(at) for at in ((20, 20), (780, 20))] == [before.getpixel(at) for at in ((20, 20), (780, 20))]
    page.get_by_role("link", name="Rayer").click()
    page.locator("[name=reason]").fill("mauvaise rue")
    page.locator("[name=reason]").press("Enter")
    expect(page.locator("main")).to_contain_text("mauvaise rue")
    assert refused(someone) == []


def test_a_frame_is_moved_sized_and_applied_with_keys_alone(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = attached(someone, "Rixe, une victime.")
    before = kept(someone, page).convert("RGB")
    page.goto(f"{page.url}blur/")
    someone.ready()
    page.keyboard.press("Tab")
    page.locator(".blur__ground").focus()
    for _ in range(40):
        page.keyboard.press("ArrowLeft")
    for _ in range(40):
        page.keyboard.press("ArrowUp")
    for _ in range(10):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("main [data-said]")).to_contain_text("à 0 % de la gauche")
    page.keyboard.press("Enter")
    expect(page.locator("main [data-said]")).to_contain_text("Endroits marqués à flouter : 1")
    assert axe(page) == []
    page.locator("[data-saves]").press("Enter")
    expect(page.locator("main")).to_contain_text("remplacée par une image floutée")
    after = kept(someone, page).convert("RGB")
    assert after.getpixel((40, 40)) != before.getpixel((40, 40))
    assert after.getpixel((780, 580)) == before.getpixel((780, 580))


def test_files_are_dropped_pasted_captioned_and_removed_and_what_is_wrong_is_said_beside_each(
    visitor: MakeVisitor,
) -> None:
    someone = visitor("agent", language="fr")
    label = write(someone, "Dégradation d'un abribus.")
    page = someone.go(f"/logbook/patrols/{label}/")
    content = list(photograph())
    for event in ("drop", "paste"):
        page.evaluate(
            """([kind, bytes]) => {
              const data = new DataTransfer();
              data.items.add(new File([new Uint8Array(bytes)], `${kind}.jpg`, { type: "image/jpeg" }));
              const form = document.querySelector(".attach-form");
              const how = { dataTransfer: data, clipboardData: data, bubbles: true, cancelable: true };
              form.dispatchEvent(kind === "drop" ? new DragEvent(kind, how) : new ClipboardEvent(kind, how));
            }""",
            [event, content],
        )
    wrong = [
        named("virus.jpg", b"MZ\x90\x00" + bytes(200)),
        named("page.jpg", b"<html><script>alert(1)</script></html>"),
        named("long.pdf", PDF + bytes(21 * 2**20), "application/pdf"),
        named("verrou.pdf", PDF.replace(b"/Root", b"/Encrypt 4 0 R/Root"), "application/pdf"),
        named("bon.pdf", PDF, "application/pdf"),
    ]
    page.set_input_files("#id_files", wrong)
    rows = page.locator(".attach__row")
    expect(rows).to_have_count(7)
    expect(rows.nth(2)).to_contain_text("programme")
    expect(rows.nth(3)).to_contain_text("ni une photographie ni un PDF")
    expect(rows.nth(4)).to_contain_text("20 Mio au plus")
    page.get_by_label("Légende de drop.jpg").fill("Vitre brisée")
    page.get_by_role("button", name="Retirer paste.jpg de la liste").click()
    expect(rows).to_have_count(6)
    assert axe(page) == []
    page.get_by_role("button", name="Joindre").press("Enter")
    expect(rows.filter(has_text="mot de passe")).to_have_count(1)
    expect(rows.filter(has_text="Joint")).to_have_count(2)
    someone.go(f"/logbook/patrols/{label}/")
    expect(page.locator(".attached > li")).to_have_count(2)
    expect(page.locator(".attached")).to_contain_text("Vitre brisée")


def test_a_photograph_of_forty_megabytes_is_made_smaller_before_it_is_sent(
    visitor: MakeVisitor, tmp_path: Path
) -> None:
    someone = visitor("agent", width=390, height=844, language="fr")
    noise = Image.frombytes("RGB", (1000, 750), random.Random(7).randbytes(1000 * 750 * 3))
    path = tmp_path / "grande.jpg"
    noise.resize((8000, 6000), Image.Resampling.BICUBIC).save(path, quality=100, subsampling=0)
    with path.open("ab") as file:
        file.write(bytes(max(0, 40 * 2**20 - path.stat().st_size)))
    page = someone.go("/logbook/new/?logbook=patrols")
    page.set_input_files("#id_files", str(path))
    row = page.locator(".attach__row")
    expect(row).to_contain_text("Réduite avant l’envoi", timeout=60_000)
    page.locator("[name=text]").fill("Vue du quai")
    with page.expect_response(re.compile(r"/attachments/add/")) as answered:
        page.locator("[name=text]").press("Control+Enter")
    assert answered.value.status == 200
    assert int(answered.value.request.all_headers()["content-length"]) < 20 * 2**20
    page = someone.go(row.locator("a").get_attribute("href") or "")
    assert max(kept(someone, page).size) == 4000


def test_a_file_that_did_not_reach_the_portal_is_sent_again(visitor: MakeVisitor) -> None:
    someone = visitor("agent", language="fr")
    page = someone.go("/logbook/new/?logbook=patrols")
    page.set_input_files("#id_files", named("tunnel.jpg"))
    page.route("**/attachments/add/", lambda route: route.abort())
    page.locator("[name=text]").fill("Écrit dans un tunnel")
    page.locator("[name=text]").press("Control+Enter")
    expect(page.locator(".toast--success")).to_be_visible()
    row = page.locator(".attach__row")
    expect(row).to_contain_text("Le portail ne répond pas")
    page.unroute("**/attachments/add/")
    row.get_by_role("button", name="Réessayer").click()
    expect(row.locator("a")).to_have_text("tunnel.jpg")


def test_the_form_goes_with_its_files_where_no_script_runs(visitor: MakeVisitor, portal: Portal) -> None:
    signed_in = visitor("agent", language="fr")
    browser = signed_in.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, storage_state=signed_in.page.context.storage_state())
    page = context.new_page()
    page.goto(f"{portal.address}/logbook/new/?logbook=patrols")
    page.fill("[name=text]", "Écrit sans script")
    page.set_input_files("#id_files", [named("un.jpg"), named("deux.pdf", PDF, "application/pdf")])
    page.get_by_role("button", name="Enregistrer").click()
    page.locator(".entry-row", has_text="Écrit sans script").first.locator("a").click()
    expect(page.locator(".attached > li")).to_have_count(2)
    page.locator(".attached a").first.click()
    page.get_by_role("link", name="Flouter").click()
    for name, value in (("left", "10"), ("top", "10"), ("width", "40"), ("height", "40")):
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="Flouter et effacer l’original").click()
    expect(page.locator("main")).to_contain_text("remplacée par une image floutée")
    context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_have_no_barrier_no_overflow_and_no_error(visitor: MakeVisitor, look: dict[str, str]) -> None:
    page = attached(visitor("agent", language="fr"), "Camion en double file.")
    path = page.url.split("/logbook/", 1)[1]
    someone = watched(visitor("agent", **look))
    for address in (f"/logbook/{path}", f"/logbook/{path}blur/", f"/logbook/{path}strike/", f"/logbook/{path}../../"):
        page = someone.go(address)
        assert axe(page) == [], address
        assert overflow_px(page) == 0, address
    page = someone.go("/logbook/new/?logbook=patrols")
    page.set_input_files("#id_files", [named("a.jpg"), named("b.jpg", b"MZ" + bytes(99))])
    expect(page.locator(".attach__row canvas")).to_be_visible()
    assert axe(page) == []
    assert overflow_px(page) == 0
    assert refused(someone) == []


def test_a_finger_paints_and_two_look_closer(visitor: MakeVisitor, portal: Portal) -> None:
    signed_in = visitor("agent", language="fr")
    address = attached(signed_in, "Deux personnes.").url
    browser = signed_in.page.context.browser
    assert browser is not None
    context = browser.new_context(
        has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844},
        storage_state=signed_in.page.context.storage_state(),
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{address}blur/")
    canvas = page.locator(".blur__canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    expect(page.locator("main [data-said]")).to_contain_text("Endroits marqués à flouter : 1")
    client = context.new_cdp_session(page)
    for kind, apart in (("touchStart", 20), ("touchMove", 60), ("touchMove", 90)):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("main [data-said]")).to_contain_text("Endroits marqués à flouter : 1")  # they did not paint
    wider = canvas.bounding_box()
    assert wider is not None
    assert wider["width"] > box["width"] * 2
    context.close()
