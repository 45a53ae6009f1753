"""Rules as they were last readable: a file with a fault stops no other rule, and goes on being judged as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from quietude.alarms.api import Compiled, Ground, Rule, RuleFiles, compiled_rule
from quietude.portal.alarms.models import RuleFile
from quietude.sources.api import ManifestError


def last_readable(read: RuleFiles, ground: Ground, folder: Path, now: datetime) -> tuple[Compiled, ...]:
    """Return the rules to judge by, in the order of their names; keep what is readable, and faults."""
    known = {each.name: each for each in RuleFile.objects.all()}
    for each in read.rules:
        _keep(known.get(each.rule.name), each.rule)
    rules = list(read.rules)
    for name, fault in read.faults.items():
        kept = known.get(name) or RuleFile(name=name)
        if kept.fault != str(fault):
            kept.fault, kept.fault_since = str(fault), kept.fault_since or now
            kept.save()
        former = _former(kept, ground, folder)
        rules += [former] if former is not None else []
    there = {each.rule.name for each in read.rules} | read.faults.keys()
    RuleFile.objects.exclude(name__in=there).delete()
    return tuple(sorted(rules, key=lambda each: each.rule.name))


def faulty() -> list[RuleFile]:
    """Return the files that cannot be used as they are."""
    return list(RuleFile.objects.exclude(fault=""))


def _keep(kept: RuleFile | None, rule: Rule) -> None:
    if kept is not None and kept.digest == rule.digest and not kept.fault:
        return
    said = {
        "content": rule.model_dump(mode="json", by_alias=True), "digest": rule.digest, "fault": "", "fault_since": None,
    }  # fmt: skip
    RuleFile.objects.update_or_create(name=rule.name, defaults=said)


def _former(kept: RuleFile, ground: Ground, folder: Path) -> Compiled | None:
    """Return a rule as it was last readable; None where it never was, or the town has changed since."""
    if kept.content is None:
        return None
    today: date = datetime.now(UTC).date()
    try:
        rule = Rule.model_validate(kept.content).bind(name=kept.name, path=folder / "rules" / f"{kept.name}.yml")
        return compiled_rule(rule, ground, today)
    except (ValidationError, ManifestError):
        return None
