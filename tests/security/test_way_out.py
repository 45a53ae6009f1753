"""Nobody asks another server, takes a file or runs a program past the one place that guards it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.test_architecture import ROOT, each, imports, named, parsed, python_files

SOURCES = python_files("src")
ASKS = {
    "aiohttp",
    "apprise",
    "ftplib",
    "http.client",
    "httpx",
    "imapclient",
    "imaplib",
    "nats",
    "niquests",
    "nntplib",
    "paho",
    "poplib",
    "pycurl",
    "requests",
    "smbclient",
    "smbprotocol",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websocket",
    "websockets",
    "xmlrpc",
}
"""Modules that open connections. `urllib.parse` and `http.cookies` do not."""
MAY_ASK = {
    "src/quietude/fetch/fetcher.py": "the way out itself",
    "src/quietude/documents/connectors/mailbox.py": "IMAP over a connection that fetch judged, opened and secured",
    "src/quietude/documents/connectors/share.py": "SMB to an address that fetch judged, by number, without referrals",
    "src/quietude/portal/api.py": "listens, and asks no one",
    "src/quietude/portal/rights/glass.py": "names the error of the mail server; Django sends the message",
    "src/quietude/portal/shifts/bulletin.py": "as above",
    "src/quietude/portal/logbook/reminding.py": "as above",
    "src/quietude/portal/notifications/providers.py": "messages to the channels that an administrator set up; gate.py "
    "judges each address that they connect to",
    "src/quietude/portal/flows/mqtt.py": "hears the one broker that the operator names, and asks it for nothing else",
    "src/quietude/portal/flows/nats_door.py": "draws from the servers that the operator names, nothing else",
    "src/quietude/portal/starting.py": "names the type of the socket it listens on",
    "src/quietude/cli/demo.py": "looks for a free port of this machine",
    "src/quietude/portal/uploads/viruses.py": "asks the scanner of this machine by its Unix socket, and no network",
}
RUNS = {"subprocess", "os.system", "os.popen", "os.execv", "os.spawnv", "pty", "multiprocessing"}
MAY_RUN = {
    "src/quietude/backup/databases.py": "PostgreSQL's own programs copy its database, with a list of arguments",
    "src/quietude/cli/demo_data.py": "npm fetches the demonstration's data, with a list of arguments of its own",
    "src/quietude/documents/apart.py": "reads a file in a process of its own, of this same program, within limits",
    "src/quietude/documents/ocr/tesseract.py": "Tesseract reads a picture from a pipe, with arguments of our own",
    "src/quietude/portal/backups.py": "starts this same program's backup, with a list of arguments",
    "src/quietude/portal/moving.py": "a portal of this same program migrates the other database, with code of our own",
    "src/quietude/portal/search/apart.py": "starts this same program's keeper of the index, with no words of anyone's",
    "src/quietude/portal/catalogue/runs.py": "starts the import of a declared source, with a list of arguments",
    "src/quietude/portal/catalogue/scheduling.py": "waits for what the module above started",
    "src/quietude/portal/wizard/running.py": "starts the trial or the import of a draft, with a list of arguments",
}
EVALUATES = {"eval", "exec", "compile", "__import__"}
LOADS = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml"}
"""What can run code on reading; YAML is read by ruamel's safe loader."""
MAY_UPLOAD = {
    "src/quietude/portal/alarm_rules/edit_views.py": "a rule of 64 KiB at most, decoded and read as YAML, not kept",
    "src/quietude/portal/situations/kind_views.py": "a reflex sheet of 200 kB at most, decoded, read as YAML or CSV",
    "src/quietude/portal/attachments/enclosures.py": "photographs and PDF with an entry: judged by their content",
    "src/quietude/portal/attachments/views.py": "the same of 20 MiB each; `takes_files` stops at the size of a form",
    "src/quietude/portal/documents/list_views.py": "documents of 100 MiB: type by content, programs refused",
    "src/quietude/portal/participants.py": "names the type of models' fields, and takes nothing",
    "src/quietude/portal/people/forms.py": "a table of text of 256 KiB at most, decoded and read as CSV",
    "src/quietude/portal/people/views.py": "the same table; `takes_files` stops at its size",
    "src/quietude/portal/wizard/views/again.py": "a logbook of 200 MiB at most, read as its manifest says",
    "src/quietude/portal/wizard/views/upload.py": "a logbook of 200 MiB at most, whose content says what table it is",
}
"""Modules that read `request.FILES`: which type and size they take, and where it is checked."""


def within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def used(tree: ast.AST, modules: set[str]) -> list[str]:
    """Return the imports of some modules, however deep in the code."""
    whole = [name for _, name in imports(tree) if within(name, modules)]
    attributes = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return whole + [name for name in attributes if within(name, modules)]


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


@each(SOURCES)
def test_no_module_asks_other_servers_past_the_way_out(path: Path) -> None:
    assert used(parsed(path), ASKS) == [] or named(path) in MAY_ASK


@each(SOURCES)
def test_no_module_runs_a_program_or_text(path: Path) -> None:
    tree = parsed(path)
    assert used(tree, RUNS) == [] or named(path) in MAY_RUN
    assert [ast.unparse(call) for call in calls(tree) if evaluates(call) or shell(call)] == []
    assert used(tree, LOADS) == []


def evaluates(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in EVALUATES


def shell(call: ast.Call) -> bool:
    given = [word.value for word in call.keywords if word.arg == "shell"]
    return any(not isinstance(value, ast.Constant) or value.value is not False for value in given)


@each(SOURCES)
def test_no_view_takes_a_file_unless_it_says_which(path: Path) -> None:
    assert not takes_files(parsed(path)) or named(path) in MAY_UPLOAD


def takes_files(tree: ast.AST) -> list[str]:
    """Return every use of uploaded files: `request.FILES`, forms' file fields, models' file fields."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"FILES", "FileField", "ImageField"})
        or (isinstance(node, ast.Name) and node.id in {"FileField", "ImageField"})
    ]


RISKY = {"mark_safe", "SafeString", "SafeText", "from_string", "raw", "extra", "RawSQL"}
"""What makes HTML or SQL of text, past the escaping of templates and the binding of values."""


@each(python_files("src/quietude/portal"))
def test_no_text_becomes_html_or_sql_unescaped(path: Path) -> None:
    assert unescaped(parsed(path)) == []


def unescaped(tree: ast.AST) -> list[str]:
    """Return the calls that mark anything but a text of the code itself as safe."""
    found = [call for call in calls(tree) if ast.unparse(call.func).rpartition(".")[2] in RISKY]
    return [ast.unparse(call) for call in found if not all(isinstance(part, ast.Constant) for part in call.args)]


RENDERED = {
    "src/quietude/portal/explore/templates/explore/bar.html": "parts rendered by templates of Explore, which escape",
    "src/quietude/portal/explore/templates/explore/page.html": "as above",
}
"""Templates that show HTML as it is: where it comes from."""


@each(sorted((ROOT / "src").rglob("*.html")))
def test_every_template_escapes(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    found = [word for word in ("|safe", "autoescape off", "safeseq") if word in text]
    assert bool(found) == (named(template) in RENDERED)


WEAK = {"hashlib.md5", "hashlib.sha1", "hashlib.new", "random", "Crypto", "Cryptodome", "crypt", "des"}
"""Broken hashes, whole sets of old ciphers, and dice that can be foreseen."""
STORED_BY_BROWSERS = re.compile(
    r"(?:localStorage|sessionStorage)\.\w+\((.*?)[,)]|(indexedDB|document\.cookie\W\w*|caches\.open)"
)


@each(SOURCES)
def test_no_weak_hash_cipher_or_dice(path: Path) -> None:
    assert used(parsed(path), WEAK) == []


def test_browsers_keep_the_appearance_pages_and_what_waits_sealed_and_nothing_else() -> None:
    """What an agent writes offline lies sealed in the browser's database, pages of the last visit in its cache.

    The pages go at sign-out; what waits stays, and only its writer opens it (docs/decisions/2026-offline.md).
    """
    kept = {
        (script.name, key or other)
        for script in sorted((ROOT / "web" / "src").rglob("*.ts"))
        for key, other in STORED_BY_BROWSERS.findall(script.read_text(encoding="utf-8"))
    }
    assert kept == {
        ("early.ts", '"theme"'),
        ("shell.ts", '"theme"'),
        ("panes.ts", "store"),  # widths of panes: "explore.panes", "room.panes"
        ("sound.ts", '"room.volume"'),
        ("search-box.ts", "this.key"),  # one's own last eight searches, by account; cleared at sign-out
        ("dom.ts", "document.cookie.split"),
        ("network.ts", ""),  # clears both storages at sign-out
        ("seal.ts", "indexedDB"),  # asks whether there is one
        ("store.ts", "indexedDB"),
        ("kept.ts", "caches.open"),
        ("worker.ts", "caches.open"),
    }


@pytest.mark.parametrize("path", [*MAY_ASK, *MAY_RUN, *MAY_UPLOAD])
def test_every_exception_is_still_needed(path: str) -> None:
    tree = parsed(ROOT / path)
    assert used(tree, ASKS) or used(tree, RUNS) or takes_files(tree)


PLANTED = [
    "import requests",
    "from urllib.request import urlopen",
    "import urllib.request",
    "def late():\n    import httpx",
    "from http import client",
    "import http.client as c",
]


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_request_is_found(code: str) -> None:
    assert used(ast.parse(code), ASKS)


HARMLESS = ["from urllib.parse import urlsplit", "from http.cookies import SimpleCookie", "requests = []"]


@pytest.mark.parametrize("code", HARMLESS)
def test_harmless_code_is_not(code: str) -> None:
    assert used(ast.parse(code), ASKS) == []


def test_planted_dangers_are_found() -> None:
    assert takes_files(ast.parse("def view(request):\n    return request.FILES['a']"))
    assert takes_files(ast.parse("class F(Form):\n    scan = forms.FileField()"))
    assert used(ast.parse("import os\nos.system('ls')"), RUNS)
    assert used(ast.parse("from pickle import loads"), LOADS)
    assert [call for call in calls(ast.parse("run('ls', shell=True)")) if shell(call)]
    assert [call for call in calls(ast.parse("eval(text)")) if evaluates(call)]
    assert unescaped(ast.parse("mark_safe(f'<b>{name}</b>')"))
    assert unescaped(ast.parse("User.objects.raw(sql)"))
