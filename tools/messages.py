"""The words of the screens: finds them in code, templates and scripts; keeps the French files; compiles them.

python tools/messages.py update    adds new messages to the .po files (empty, to be translated) and drops unused ones
python tools/messages.py check     fails when a message has no French, or a .po file has unused ones
python tools/messages.py compile   writes the .mo files
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PORTAL = ROOT / "src" / "quietude" / "portal"
SCRIPTS = ROOT / "web" / "src"
LANGUAGE = "fr"
Keywords = Mapping[str, tuple[int, int] | tuple[tuple[int, str], int] | tuple[tuple[int, str], int, int] | None]

PYTHON_WORDS: Keywords = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SCRIPT_WORDS: Keywords = {"t": None, "tn": (1, 2)}

BESIDE = ("room",)
"""Islands whose words only their own page loads: others would carry them for nothing."""
Words = dict[tuple[str | None, str], str | tuple[str, ...]]
"""(context, singular) to the message: one text, or (singular, plural)."""


def catalogues() -> dict[Path, Path]:
    """Return each app's folder to its own .po file; the portal's own folder, for all the rest, comes last."""
    apps = sorted(path.parent for path in PORTAL.glob("*/apps.py"))
    return {app: app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po" for app in [*apps, PORTAL]}


def _owner(path: Path, apps: list[Path]) -> Path:
    for app in apps:
        if path.is_relative_to(app):
            return app
        if path.is_relative_to(SCRIPTS) and any(
            part.removesuffix(".ts") == app.name for part in path.relative_to(SCRIPTS).parts
        ):
            return app
    return PORTAL


def _messages(source: str, method: str, keywords: Keywords) -> Iterator[tuple[str | None, str | tuple[str, ...]]]:
    for _line, message, _comments, context in extract(method, BytesIO(source.encode()), keywords=keywords):
        yield context, message


def words_of(path: Path) -> Words:
    """Return the messages that one file of code, template or script holds."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".ts":
        return _collected(source, "javascript", SCRIPT_WORDS)
    if path.suffix in {".html", ".txt"}:
        from django.utils.translation.template import templatize  # noqa: PLC0415  # the wheel's build has no Django

        # what is not a message becomes filler, whose indentation means nothing
        source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
    return _collected(source, "python", PYTHON_WORDS)


def _collected(source: str, method: str, keywords: Keywords) -> Words:
    words: Words = {}
    for context, message in _messages(source, method, keywords):
        singular = message if isinstance(message, str) else message[0]
        words[context, singular] = message
    return words


def script_words(*, beside: str = "") -> Words:
    """Return the messages of the scripts alone; `beside` names an island of `BESIDE` whose own they are."""
    own: Words = {}
    others: Words = {}
    for path in sorted(SCRIPTS.rglob("*.ts")):
        if _island(path) == beside:
            own |= words_of(path)
        else:
            others |= words_of(path)
    return {key: said for key, said in own.items() if not beside or key not in others}


def _island(path: Path) -> str:
    """Return the island of `BESIDE` that a script is part of, "" for all others."""
    parts = path.relative_to(SCRIPTS).parts
    return next((name for name in BESIDE if parts[:2] == ("islands", name)), "")


def needed() -> dict[Path, Words]:
    """Return the messages that each app's files hold."""
    apps = [app for app in catalogues() if app != PORTAL]
    found: dict[Path, Words] = {app: {} for app in catalogues()}
    files = [path for suffix in ("py", "html", "txt") for path in PORTAL.rglob(f"*.{suffix}")]
    for path in sorted([*files, *SCRIPTS.rglob("*.ts")]):
        found[_owner(path, apps)] |= words_of(path)
    return found


def read(path: Path) -> Catalog:
    """Return the catalogue of one .po file, empty when there is none yet."""
    if not path.is_file():
        return Catalog(locale=LANGUAGE, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(strings) and not message.fuzzy


def _by_key(catalogue: Catalog) -> dict[tuple[str | None, str], Message]:
    """Return the messages of a catalogue by context and singular."""
    return {(message.context, _singular(message)): message for message in catalogue if message.id}


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def complaints() -> list[str]:
    """Return what is wrong with the French files: messages without French, messages that nothing uses."""
    found = []
    for app, words in needed().items():
        path = catalogues()[app]
        known, name = _by_key(read(path)), path.relative_to(ROOT)
        missing = [key for key in words if key not in known or not _is_translated(known[key])]
        found += [f"{name}: no French for {key[1]!r}" for key in missing]
        found += [f"{name}: nothing uses {key[1]!r}" for key in known if key not in words]
    return found


def update() -> None:
    """Bring the .po files in line with the code; what was translated stays, here or in another app's file."""
    found = needed()
    known = {key: message for path in catalogues().values() for key, message in _by_key(read(path)).items()}
    for app, words in found.items():
        path = catalogues()[app]
        own, new = _by_key(read(path)), Catalog(locale=LANGUAGE, fuzzy=False)
        for key, message in sorted(words.items(), key=lambda item: item[0][1]):
            before = own.get(key) or known.get(key)
            is_same_form = before is not None and isinstance(before.id, str) == isinstance(message, str)
            new.add(message, string=before.string if before is not None and is_same_form else None, context=key[0])
        if not words:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, new, omit_header=False, no_location=True, width=0)


def compile_all() -> list[Path]:
    """Write the .mo file beside each .po file, and return them."""
    made = []
    for path in catalogues().values():
        if path.is_file():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, read(path))
            made.append(path.with_suffix(".mo"))
    return made


def write_script_words(folder: Path) -> None:
    """Write words-fr.js and words-en.js, what the scripts say in the page's language; beside them those of `BESIDE`."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, catalogue in (("fr", _french(script_words())), ("en", {})):
        said = json.dumps({"language": language, "catalogue": catalogue}, ensure_ascii=False, sort_keys=True)
        (folder / f"words-{language}.js").write_text(f"globalThis.quietudeWords = {said};\n", encoding="utf-8")
    for name in BESIDE:
        said = json.dumps(_french(script_words(beside=name)), ensure_ascii=False, sort_keys=True)
        (folder / f"words-{name}-fr.js").write_text(f"globalThis.quietudeWordsBeside = {said};\n", encoding="utf-8")


def _french(words: Words) -> dict[str, object]:
    wanted = {singular for _context, singular in words}
    french: dict[str, object] = {}
    for path in catalogues().values():
        for message in read(path):
            singular = _singular(message)
            if singular in wanted and _is_translated(message):
                french[singular] = message.string
    return french


def main() -> int:
    """Run one of the three commands."""
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "update":
        update()
    elif command == "compile":
        compile_all()
    elif command == "check":
        found = complaints()
        print("\n".join(found))
        return int(bool(found))
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
