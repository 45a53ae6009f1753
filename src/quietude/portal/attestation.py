"""The decision by which an authority lets this installation serve (RGS): shown, and missed when it is not there."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.config import Settings
from quietude.portal.accounts.access import Right, requires
from quietude.portal.town import installation

log = logging.getLogger(__name__)
SOON = timedelta(days=90)
"""How long before its end a decision is said to end soon: a review of the risks takes a season."""
FIELDS = {"authority": str, "reference": str, "signed_on": date, "valid_until": date, "risk_file": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What the authority signed. `risk_file` was there when it was read."""

    authority: str
    reference: str
    signed_on: date
    valid_until: date
    risk_file: Path


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an installation stands with its attestation."""

    attestation: Attestation | None
    fault: str | Promise = ""
    """What is missing and what to do; empty when all is well."""


def standing_of(settings: Settings, today: date) -> Standing:
    """Return the attestation of an installation (`attestation.toml` in its var folder) and what is amiss with it."""
    try:
        said = tomllib.loads((settings.var_dir / "attestation.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Standing(
            None, _("No authority has attested this installation. Do the risk file, have the decision signed.")
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return Standing(None, _("The attestation cannot be read: its file is not TOML."))
    if set(said) - set(FIELDS):
        return Standing(None, _("The attestation has a field that is not known."))
    if any(type(said.get(name)) is not kind for name, kind in FIELDS.items()):
        return Standing(None, _("The attestation lacks a field, or one is not of its kind."))
    found = Attestation(**{**said, "risk_file": settings.var_dir / said["risk_file"]})
    return Standing(found, _fault_of(found, today))


def _fault_of(found: Attestation, today: date) -> str | Promise:
    if not found.risk_file.is_file():
        return _("The attestation names a risk file that is not there.")
    if not found.signed_on <= today <= found.valid_until:
        return _("The attestation is not in force: have the risks reviewed and a new decision signed.")
    if found.valid_until - today <= SOON:
        return _("The attestation ends within three months: have the risks reviewed.")
    return ""


def warn(settings: Settings, today: date, tell: Callable[[str], None] = log.warning) -> None:
    """Tell whoever starts the portal what is amiss with its attestation; nothing when all is well."""
    fault = standing_of(settings, today).fault
    if fault:
        tell(f"{fault} ({settings.var_dir / 'attestation.toml'}; see docs/security/README.md)")


@requires(Right.OWN_ACCOUNT)
def page(request: HttpRequest) -> HttpResponse:
    """Show which authority answers for the security of this installation, and until when."""
    standing = standing_of(installation(), datetime.now(UTC).date())
    return render(request, "attestation.html", {"standing": standing, "attestation": standing.attestation})
