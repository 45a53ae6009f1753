"""Agents who write and read the main courante of a served portal, as browsers do; it may be killed meanwhile.

For the figures of the load, and for the test that no saved entry is ever lost.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from quietude.config import Settings

ROOT = Path(__file__).resolve().parent.parent
NOTHING: Mapping[str, str] = MappingProxyType({})
ANSWER_S = 60.0  # a browser would wait longer; a shift would not
TOKEN = secrets.token_hex(16)  # of requests that change something, for as long as the measurement lasts
PREPARE = """
import json, os, sys, time
from datetime import date
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import start
start(read_settings(os.environ, working_dir=Path.cwd()))
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.rights.actions import give_usual
from quietude.portal.services.models import Kind, Membership, Service
service = Service.objects.get_or_create(code=sys.argv[2], defaults={
    "title_fr": sys.argv[2], "title_en": sys.argv[2], "kind": Kind.MUNICIPAL_POLICE, "opened_on": date(2020, 1, 1)})[0]
sessions = []
for number in range(int(sys.argv[1])):
    user = User(username=f"agent-{number:03}", role=Role.AGENT, language="fr")
    user.set_unusable_password()
    user.save()
    give_usual(None, user, today=date(2024, 1, 1))
    Membership.objects.create(person=user, service=service, since=date(2024, 1, 1), given_by="bench")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    sessions.append(session.session_key)
print(json.dumps(sessions))
"""
SAYINGS = (
    ("noise.party", "Tapage au 3e étage, musique audible de la rue. Rappel à l'ordre, volume baissé devant nous."),
    ("parking.illegal", "Véhicule stationné devant la sortie de secours de l'école, conducteur absent."),
    ("", "Patrouille pédestre du port à la place, rien à signaler."),
    (
        "drugs_alcohol.drunkenness",
        "Personne en état d'ivresse assise sur le trottoir, confiée aux secours.",
    ),
)


@dataclass(frozen=True, slots=True)
class Written:
    """One entry whose writer saw "saved"."""

    key: UUID
    text: str
    seconds: float


@dataclass(slots=True)
class Log:
    """What one agent lived through."""

    saved: list[Written] = field(default_factory=list)
    listed_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Answers that a working portal does not give."""
    unanswered: int = 0
    """Requests that a killed server never answered."""


def environ_of(settings: Settings) -> dict[str, str]:
    """Return the environment of a process of the installation, with no setting of this one's."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUIETUDE_", "DJANGO_", "DATABASE_"))
    }
    own = {
        "QUIETUDE_TOWN": settings.town,
        "QUIETUDE_TOWNS_DIR": str(settings.towns_dir),
        "QUIETUDE_DATA_DIR": str(settings.data_dir),
        "QUIETUDE_VAR_DIR": str(settings.var_dir),
        "QUIETUDE_SECOND_FACTOR": "demo",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    if settings.database_url is not None:
        own["DATABASE_URL"] = settings.database_url
    return kept | own


@contextmanager
def installed() -> Iterator[Settings]:
    """Yield an empty installation of the made-up town, on SQLite or what QUIETUDE_BENCH_DATABASE_URL names."""
    url = os.environ.get("QUIETUDE_BENCH_DATABASE_URL")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        towns = ROOT / "tests" / "portal" / "towns"
        yield Settings(town="valcombe", towns_dir=towns, data_dir=folder, var_dir=folder, database_url=url)


def prepare(settings: Settings, agents: int, service: str) -> list[str]:
    """Make agents of a service; return the key of a session of each."""
    command = [sys.executable, "-c", PREPARE, str(agents), service]
    said = subprocess.run(
        command, env=environ_of(settings), cwd=settings.var_dir, check=True, stdout=subprocess.PIPE, text=True
    )
    found: list[str] = json.loads(said.stdout.splitlines()[-1])
    return found


@contextmanager
def served(
    settings: Settings, port: int = 0, *, more: Mapping[str, str] = NOTHING
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve the installation; yield the process, the leader of a group of its own, and its address.

    `more` is what else stands in its environment.
    """
    command = [sys.executable, "-u", "-m", "quietude.cli.main", "serve", "--port", str(port)]
    environ, folder = environ_of(settings) | dict(more), settings.var_dir
    with subprocess.Popen(
        command, env=environ, cwd=folder, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:
        assert server.stdout is not None
        try:
            said = next((line for line in server.stdout if "http://" in line), "")
            if not said:
                raise RuntimeError("the portal did not start")
            yield server, next(word for word in said.split() if word.startswith("http://")).rstrip("/")
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGTERM)


def kill(server: subprocess.Popen[str]) -> None:
    """Kill a served portal with all its processes, without a warning."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


class Agent:
    """One signed-in agent: saves entries, looks at the list."""

    def __init__(self, address: str, session: str, logbook: str, *, seed: int) -> None:
        self.address = urlsplit(address)
        self.logbook = logbook
        self.log = Log()
        self.pending: tuple[UUID, str] | None = None
        """An entry that was sent and not answered: the browser sends it again, under its key."""
        self._random = random.Random(seed)
        self._headers = {"Cookie": f"session={session}; csrf={TOKEN}", "Accept-Language": "fr"}
        self._connection: http.client.HTTPConnection | None = None

    def move(self, address: str) -> None:
        """Go on at another address: the portal was started again."""
        self.address, self._connection = urlsplit(address), None

    def save(self) -> bool:
        """Write an entry; tell whether it was answered with "saved"."""
        category, words = self._random.choice(SAYINGS)
        key, text = self.pending or (uuid4(), f"{words} {self._random.getrandbits(64):016x}")
        self.pending = (key, text)
        form = {
            "key": str(key), "logbook": self.logbook, "category": category, "text": text, "when": "",
            "csrfmiddlewaretoken": TOKEN,
        }  # fmt: skip
        begun = time.perf_counter()
        answer = self._ask("POST", "/logbook/new/", urlencode(form))
        if answer is None:
            return False
        status, _body = answer
        if status != http.client.FOUND:
            self.log.faults.append(f"POST /logbook/new/: {status}")
            return False
        self.log.saved.append(Written(key, text, time.perf_counter() - begun))
        self.pending = None
        return True

    def look(self, query: str = "show=today") -> bool:
        """Look at the central list; tell whether it was answered."""
        begun = time.perf_counter()
        answer = self._ask("GET", f"/logbook/?{query}")
        if answer is None:
            return False
        if answer[0] != http.client.OK:
            self.log.faults.append(f"GET /logbook/?{query}: {answer[0]}")
            return False
        self.log.listed_s.append(time.perf_counter() - begun)
        return True

    def come_back(self) -> bool:
        """Open the form again, as the browser does after a save; tell whether it was answered."""
        answer = self._ask("GET", f"/logbook/new/?logbook={self.logbook}")
        if answer is not None and answer[0] != http.client.OK:
            self.log.faults.append(f"GET /logbook/new/: {answer[0]}")
        return answer is not None

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes] | None:
        headers = self._headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})
        for fresh in (False, True):  # a connection that the server closed while nobody used it is opened again
            if fresh or self._connection is None:
                self._connection = http.client.HTTPConnection(
                    self.address.hostname or "", self.address.port, timeout=ANSWER_S
                )
            try:
                self._connection.request(method, path, body, headers)
                response = self._connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException):
                self._connection.close()
                self._connection = None
                if fresh:
                    self.log.unanswered += 1
        return None
