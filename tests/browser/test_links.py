"""The quiet list beside the entry form: what another service wrote near there shows while one types."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from tests.browser.conftest import MakeVisitor, Portal, axe, overflow_px
from tests.portal.made_up import Recipe, facts

from quietude.sources.api import load_town
from quietude.store.api import Store

JOIN = """
import os
from datetime import date
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import start
start(read_settings(os.environ, working_dir=Path.cwd()))
from quietude.portal.accounts.models import User
from quietude.portal.services.models import Kind, Membership, Service
police, _ = Service.objects.get_or_create(code="police", defaults={
    "title_fr": "Police", "title_en": "Police", "kind": Kind.MUNICIPAL_POLICE, "opened_on": date(2020, 1, 1)})
Membership.objects.get_or_create(person=User.objects.get(username="agent"), service=police,
    defaults={"since": date(2020, 1, 1), "given_by": "test"})
"""


def join_the_police(portal: Portal) -> None:
    """Make the agent of the portal a writer of the patrols' logbook."""
    settings = portal.settings
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUIETUDE_", "DJANGO_", "DATABASE_"))
    }
    environ |= {
        "QUIETUDE_TOWN": settings.town, "QUIETUDE_TOWNS_DIR": str(settings.towns_dir),
        "QUIETUDE_DATA_DIR": str(settings.data_dir), "QUIETUDE_VAR_DIR": str(settings.var_dir),
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", JOIN], env=environ, check=True, capture_output=True, timeout=120)


def test_what_another_service_wrote_near_shows_while_one_types(visitor: MakeVisitor, portal: Portal) -> None:
    town = load_town(portal.settings.town_dir, portal.settings.data_dir)
    store = Store.open(portal.settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    until = datetime.now(UTC) + timedelta(hours=23, minutes=50)  # a day of one fact: it happened ten minutes ago
    told = facts(town.territory, Recipe(until=until, days=1, per_day=1, source="desk"))
    store.append(told)
    [fact] = told.to_pylist()
    join_the_police(portal)
    page = visitor("agent", width=1440).go("/logbook/new/?logbook=patrols")
    for name in ("category", "lon_deg", "lat_deg"):  # what the form's own lists write when one chooses
        page.locator(f"[name={name}]").evaluate("(field, value) => { field.value = value; }", str(fact[name]))
    page.locator("[name=text]").press_sequentially("Appel d'un riverain, musique forte")
    beside = page.locator("[data-beside]")
    beside.locator("li a").first.wait_for(timeout=30_000)
    assert fact["uid"] in (beside.locator("li a").first.get_attribute("href") or "")
    assert axe(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow_px(page) == 0
