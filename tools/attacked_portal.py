"""The portal that is attacked: made-up facts of a made-up town, one session for each role, every address it has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOWNS = ROOT / "tests" / "portal" / "towns"
SESSIONS = """
import json, os, secrets, time
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import add_user
settings = read_settings(os.environ, working_dir=Path.cwd())
from quietude.portal.accounts.roles import Role
for role in Role:
    add_user(settings, role.value.replace("_", "-"), role.value, password=secrets.token_urlsafe(18))
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from quietude.portal.accounts.models import User
made = {}
for user in User.objects.all():
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "quietude.portal.accounts.backend.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    made[user.role] = session.session_key
print(json.dumps(made))
"""


def environment(folder: Path, database: str | None) -> dict[str, str]:
    """Return the environment of a portal whose data are in a folder, and whose accounts in a database."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUIETUDE_", "DJANGO_", "DATABASE_"))
    }
    return {
        **kept,
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(TOWNS),
        "QUIETUDE_DATA_DIR": str(folder),
        "QUIETUDE_VAR_DIR": str(folder),
        "QUIETUDE_SECOND_FACTOR": "demo",
        "PYTHONPATH": str(ROOT / "src"),
        **({"DATABASE_URL": database} if database else {}),
    }


def prepare(folder: Path, env: dict[str, str]) -> tuple[dict[str, str], str]:
    """File made-up facts, make one account and session of each role; return role to session, and a fact's name."""
    from tests.portal.made_up import Recipe, facts  # noqa: PLC0415  # the path is set by then

    from quietude.config import Settings  # noqa: PLC0415  # as above
    from quietude.sources.api import load_town  # noqa: PLC0415  # as above
    from quietude.store.api import Store  # noqa: PLC0415  # as above

    settings = Settings(town="valcombe", towns_dir=TOWNS, data_dir=folder, var_dir=folder)
    town = load_town(settings.town_dir, settings.data_dir)
    store = Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    now = datetime.now(UTC)
    filed = facts(town.territory, Recipe(until=now, days=20, per_day=3))
    store.append(filed)
    done = subprocess.run(
        [sys.executable, "-c", SESSIONS], env=env, cwd=folder, check=True, capture_output=True, text=True
    )
    sessions: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return sessions, f"{now:%Y%m}-{filed.column('uid')[0].as_py()}"


def addresses_by_role(event: str) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Return, by the first role that may open it, every address with the parameters that the code reads."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.portal.django_settings"
    import django  # noqa: PLC0415  # it reads the settings when it is set up

    django.setup()
    from tests.portal.test_access import ROUTES  # noqa: PLC0415  # Django is set up by now
    from tests.security.pages import address_of, role_for  # noqa: PLC0415  # as above
    from tests.security.test_hostile_input import PARAMETERS  # noqa: PLC0415  # as above

    from quietude.portal.openapi.document import document  # noqa: PLC0415  # as above
    from quietude.portal.openapi.schemas import FILTER  # noqa: PLC0415  # as above

    paths = document()["paths"]
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for route in ROUTES:
        if any(word in route.address for word in ("sign-out", "sessions/", "/healthz", "/readyz")):
            continue
        role = str(role_for(route) or "agent")
        described = paths.get(route.pattern.replace("<int:", "{").replace("<str:", "{").replace(">", "}"), {})
        names = [part["name"] for part in described.get("get", {}).get("parameters", []) if part["in"] == "query"]
        if (
            route.name != "explore:answer"
        ):  # one reader of questions serves all addresses: its many parameters count once
            names = [name for name in names if name not in FILTER or name in {"q", "box", "id"}]
        query = dict.fromkeys(names or ([] if described else PARAMETERS), "1")
        found.setdefault(role, []).append((address_of(route, event), query))
    return found
