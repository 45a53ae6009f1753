"""A flow that is silent is an alarm: it begins when its manifest's patience ends, and ends with the next record."""

from __future__ import annotations

import hashlib
from datetime import datetime

import orjson
from django.db import transaction
from django.db.models import F

from quietude.alarms.api import NEVER_ENDS, Alarm, Change, Episode, Happened, micros_at, name_of
from quietude.ingest.api import silent_since
from quietude.portal.alarms import models
from quietude.portal.alarms.keeping import OWN, Kept, keep_changes
from quietude.portal.flows.models import FlowState
from quietude.portal.town import current_town

RULE = f"flow{OWN}silent"
CONTENT = {
    "title": {"fr": "Flux silencieux", "en": "Silent flow"},
    "instruction": {
        "fr": "Prévenir qui répond de la source : capteur, réseau ou partenaire. Ses faits manquent depuis.",
        "en": "Tell whoever answers for the source: sensor, network or partner. Its facts are missing since.",
    },
    "by": "source",
    "severity": 3,
    "latching": False,
}
_DIGEST = hashlib.sha256(orjson.dumps(CONTENT, option=orjson.OPT_SORT_KEYS)).hexdigest()


def watch_silence(now: datetime) -> int:
    """Ring for flows that have become silent, end the alarms of those that have not; return how many changed."""
    changes = list(_changes(now))
    if not changes:
        return 0
    with transaction.atomic():
        said = {"content": CONTENT, "since": now}
        edition, _ = models.RuleEdition.objects.get_or_create(name=RULE, digest=_DIGEST, defaults=said)
        changed = keep_changes(Kept(models.World.REAL, {RULE: edition}, now), changes)
        models.Memory.objects.get_or_create(world=models.World.REAL)
        models.Memory.objects.filter(world=models.World.REAL).update(changes=F("changes") + 1)
    return changed


def _changes(now: datetime) -> list[Change]:
    town = current_town()
    standing = {
        alarm.group: alarm for alarm in models.Alarm.objects.filter(rule=RULE, is_active=True, withdrawn_at=None)
    }
    changes = []
    for state in FlowState.objects.order_by("source"):
        manifest = town.sources.get(state.source)
        patience = manifest.flow.silence if manifest is not None and manifest.flow is not None else None
        is_silent = manifest is not None and silent_since(manifest, state.last_at, now) is not None
        alarm = standing.pop(state.source, None)
        if is_silent and patience is not None and alarm is None:
            changes.append(_change(Happened.RAISED, state.source, micros_at(state.last_at + patience), NEVER_ENDS))
        elif not is_silent and alarm is not None:
            changes.append(_over(alarm, now))
    return changes + [_over(alarm, now) for alarm in standing.values()]


def _over(alarm: models.Alarm, now: datetime) -> Change:
    return _change(Happened.CLEARED, alarm.group, micros_at(alarm.began_at), micros_at(now))


def _change(happened: Happened, source: str, began: int, ended: int) -> Change:
    episode = Episode(RULE, source, began, ended, 0, ())
    return Change(happened, Alarm(name_of(episode), episode))
