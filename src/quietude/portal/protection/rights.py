"""What is done when a person exercises a right: look, hand over, rectify, restrict, erase, tell the recipients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietude.journal.api import Kind
from quietude.keeping.api import (
    Asked,
    DisposalError,
    Found,
    erase,
    find,
    lift,
    rectify,
    restrict,
    say,
    search_held,
    shown,
)
from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.protection.durations import current_held, name_of, transfers_folder
from quietude.portal.protection.journal import note_act
from quietude.portal.protection.models import PersonRequest
from quietude.portal.protection.scrubbing import scrub_database
from quietude.portal.protection.traces import erase_traces, find_traces, is_held
from quietude.portal.town import current_ledger, current_store, current_town

FACTS = frozenset({"facts", "versions"})
NOTHING = "nothing"
"""What the journal says of a search that found nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to a recipient, ready to be sent."""

    recipient: str
    source: str
    text: str


def open_request(by: User | None, *, reference: str, kind: str, received_on: date) -> PersonRequest:
    """Enter a person's request, under the reference of their letter.

    Raises:
        PermissionDenied: the account may not protect data.
        ValidationError: a field is refused.
    """
    made = PersonRequest(reference=reference.strip(), kind=kind, received_on=received_on, opened_by=name_of(by))
    made.full_clean()
    with transaction.atomic():
        made.save()
        note_act(Kind.COLLECT, made.opened_by, f"request {made.reference}: {made.kind}")
    return made


def close_request(by: User | None, made: PersonRequest, answer: str) -> None:
    """Note what was answered, and close the request.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: there is no answer, or the request is closed.
    """
    actor = name_of(by)
    if not answer.strip() or made.closed_at is not None:
        raise DisposalError(_("An open request is closed with the answer that was given."))
    made.answer, made.closed_by, made.closed_at = answer.strip(), actor, timezone.now()
    with transaction.atomic():
        made.save(update_fields=["answer", "closed_by", "closed_at"])
        note_act(Kind.COMMUNICATE, actor, f"request {made.reference} closed", to="the person who asked")


def look(by: User | None, made: PersonRequest, asked: Asked) -> tuple[Found, ...]:
    """Return all that is kept about the person, everywhere; the look is noted, the words are not.

    Raises:
        PermissionDenied: the account may not protect data.
    """
    actor = name_of(by)
    everything = Grant(purpose="protection", rows=Filter(), ceiling=Sensitivity.CONFIDENTIAL, regimes=frozenset(Regime))
    who = f"user:{by.pk}" if by is not None else actor
    viewer = Viewer(who=who, grants=(everything,), purpose="protection", motive=f"request {made.reference}")
    kept = find(current_store(), current_ledger(), asked, viewer, transfers=transfers_folder())
    found = (*kept, *find_traces(asked))
    said = _by_place(found) or NOTHING
    note_act(Kind.CONSULT, actor, f"request {made.reference}: {said}", motive=f"request {made.reference}")
    return found


def access_file(by: User | None, made: PersonRequest, found: Sequence[Found], hidden: Sequence[str]) -> dict[str, Any]:
    """Return the access file of a person, third parties masked, as JSON values; that it is handed over is noted.

    Raises:
        PermissionDenied: the account may not protect data.
    """
    actor = name_of(by)
    town = current_town()
    sources = {name: manifest.title.say("fr") for name, manifest in town.sources.items()}
    entries = [
        {
            "place": each.place,
            "source": sources.get(each.source, each.source),
            "content": shown(each, country=town.country, third_parties=hidden),
        }
        for each in found
    ]
    note_act(Kind.COMMUNICATE, actor, f"request {made.reference}: access file of {len(entries)}", to="the person")
    return {
        "reference": made.reference,
        "made_at": timezone.now().isoformat(),
        "controller": town.protection.controller if town.protection is not None else town.title.fr,
        "officer": town.protection.officer if town.protection is not None else "",
        "entries": entries,
    }


def erase_person(
    by: User | None, made: PersonRequest, found: Sequence[Found], asked: Asked, reason: str
) -> list[Letter]:
    """Erase what was found, everywhere, for ever; return the letters to the recipients.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: there is no reason, or a legal hold keeps a fact.
    """
    actor = name_of(by)
    _check(reason, found)
    uids = uids_of(found)
    held = current_held()
    kept = search_held(held, uids, current_store())
    if kept or any((each.source and held.names(each.source)) or is_held(each, held) for each in found):
        raise DisposalError(
            _("Nothing was erased: a legal hold keeps part of it. Lift the hold, or leave that part out.")
        )
    with transaction.atomic():
        said = f"request {made.reference}: {len(found)} entries ({_by_place(found)})"
        note_act(Kind.ERASE, actor, said, motive=reason)
        erase_traces(found, asked)
    why = f"request {made.reference}"
    erase(current_store(), current_ledger(), found, reason=why, by=actor, transfers=transfers_folder())
    scrub_database()
    return letters("erase", made, found)


def restrict_person(by: User | None, made: PersonRequest, found: Sequence[Found], reason: str) -> list[Letter]:
    """Keep the facts that were found, but show them to no one; return the letters to the recipients.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: there is no reason, or no fact among what was found.
    """
    actor = name_of(by)
    _check(reason, [each for each in found if each.place in FACTS])
    with transaction.atomic():
        note_act(Kind.MODIFY, actor, f"request {made.reference}: restriction of {len(found)}", motive=reason)
        restrict(current_store(), uids_of(found))
    return letters("restrict", made, found)


def rectify_person(
    by: User | None, made: PersonRequest, found: Sequence[Found], note: str, corrections: Mapping[str, str]
) -> list[Letter]:
    """Note a rectification on the facts that were found; return the letters to the recipients.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: there is no note, or no fact among what was found.
    """
    actor = name_of(by)
    _check(note, [each for each in found if each.place in FACTS])
    with transaction.atomic():
        note_act(Kind.MODIFY, actor, f"request {made.reference}: rectification of {len(found)}")
        rectify(current_store(), uids_of(found), note=note, corrections=corrections, on=timezone.localdate())
    return letters("rectify", made, found)


def lift_restriction(by: User | None, uids: Sequence[str], reason: str) -> int:
    """Show restricted facts again; return how many were restricted.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: there is no reason.
    """
    actor = name_of(by)
    if not reason.strip():
        raise DisposalError(_("Nothing was done: say why."))
    with transaction.atomic():
        note_act(Kind.MODIFY, actor, f"restriction of {len(uids)} lifted", motive=reason)
        return lift(current_store(), uids)


def letters(kind: str, made: PersonRequest, found: Sequence[Found]) -> list[Letter]:
    """Return a letter for each recipient of each source concerned (RGPD art. 19)."""
    town = current_town()
    concerned = {(each.source, each.uid) for each in found if each.place in {*FACTS, "packages"}}
    counts = Counter(source for source, _uid in concerned)
    missing = say("missing", "fr")
    written = []
    for source, count in sorted(counts.items()):
        manifest = town.sources.get(source)
        for recipient in manifest.recipients if manifest is not None else ():
            text = say(
                f"letter_{kind}",
                "fr",
                reference=made.reference,
                day=timezone.localdate().strftime("%d/%m/%Y"),
                count=count,
                source=manifest.title.fr if manifest is not None else source,
                controller=town.protection.controller if town.protection is not None else missing,
                officer=town.protection.officer if town.protection is not None else missing,
            )
            written.append(Letter(recipient=recipient, source=source, text=text))
    return written


def uids_of(found: Sequence[Found]) -> list[str]:
    """Return the facts among what was found, each once."""
    return sorted({each.uid for each in found if each.place in FACTS})


def _by_place(found: Sequence[Found]) -> str:
    counts = Counter(each.place for each in found)
    return ", ".join(f"{place} {count}" for place, count in sorted(counts.items()))


def _check(reason: str, found: Sequence[Found]) -> None:
    if not reason.strip():
        raise DisposalError(_("Nothing was done: say why."))
    if not found:
        raise DisposalError(_("Nothing was done: choose at least one entry."))
