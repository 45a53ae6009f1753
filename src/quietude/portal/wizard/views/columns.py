"""The third step: what each column means."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from quietude.ingest.api import Declaration, Profile, Proposed, Role, TimeReading, Use, propose, reading_of
from quietude.journal.api import Kind
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.town import current_vocabulary
from quietude.portal.wizard import folders
from quietude.portal.wizard.forms import FIXED_CHOICES
from quietude.portal.wizard.saving import StaleError, change
from quietude.portal.wizard.steps import draft_of, language, needs, note_act, page, revision_of, tell_faster
from quietude.portal.wizard.words import BECAUSE, FAULTS, ROLES

CLOCKS = {Role.BEGIN: Role.BEGIN_CLOCK, Role.END: Role.END_CLOCK, Role.REPORTED: Role.REPORTED_CLOCK}
READABLE = 0.5  # of the cells: below, the column holds something else, and most of the file would be set aside
PERSONAL_REASON = "Identité ou moyen de contact : sans utilité pour la finalité"
EMPTY_REASON = "Colonne vide"


@requires(Right.MANAGE_SOURCES)
def columns(request: HttpRequest, key: str) -> HttpResponse:
    """Show each column with samples and a proposal; every one is mapped, kept, or dropped with a reason."""
    draft = draft_of(key)
    profile = folders.profile_of_draft(draft)
    if profile is None:
        return redirect("wizard:reading", key=key)
    if (way := needs(draft, "columns")) is not None:
        return way
    note_act(request, Kind.CONSULT, draft, "samples")
    proposals = propose(profile)
    declared, faults = _known(draft.declared, proposals), []
    if request.method == "POST":
        declared = _said(request, draft.declared, profile)
        faults = [*declared.faults(), *_unread(declared)]
        if not faults or "later" in request.POST:
            said = declared.model_dump(mode="json", include={"columns", "times", "fixed", "totals_column"})
            try:
                change(draft, user_of(request), revision_of(request), said=said)
            except StaleError as stale:
                tell_faster(request, stale)
                return redirect("wizard:columns", key=key)
            return redirect("wizard:columns" if faults else "wizard:values", key=key)
    shown = {
        "rows": _rows(declared, profile, proposals), "roles": [(role.value, _(said)) for role, said in ROLES.items()],
        "faults": [_(FAULTS[code]) % {"column": column} for code, column in faults], "profile": profile,
        "times": _times(declared), "fixed": _fixed(declared), "totals": profile.totals_column,
        "leaves_totals": declared.totals_column is not None,
    }  # fmt: skip
    return page(request, draft, "columns", shown)


def _known(declared: Declaration, proposals: dict[str, Proposed]) -> Declaration:
    """Return the declaration with a proposal for every column that nothing was said of yet."""
    uses = {name: declared.columns.get(name) or _proposed(proposed) for name, proposed in proposals.items()}
    return declared.model_copy(update={"columns": uses})


def _proposed(proposed: Proposed) -> Use:
    reason = {"empty": EMPTY_REASON, "personal": PERSONAL_REASON}.get(proposed.because, "")
    return Use(role=proposed.role, reason=reason)


def _said(request: HttpRequest, declared: Declaration, profile: Profile) -> Declaration:
    """Return the declaration as the form states it, with the ways its times are read."""
    uses = {}
    for number, column in enumerate(profile.columns):
        role = request.POST.get(f"role-{number}", Role.KEEP.value)
        reason = request.POST.get(f"reason-{number}", "").strip()[:200] if role == Role.DROP else ""
        uses[column.name] = Use(role=Role(role) if role in set(Role) else Role.KEEP, reason=reason)
    fixed = {name: value for name in (*FIXED_CHOICES, "category") if (value := request.POST.get(f"fixed-{name}", ""))}
    if fixed.get("category") and not current_vocabulary().has(fixed["category"]):
        del fixed["category"]
    totals = profile.totals_column if "totals" in request.POST else None
    changed = declared.model_copy(update={"columns": uses, "fixed": fixed, "totals_column": totals})
    times = {}
    for role in CLOCKS:
        if changed.of(role):
            order = request.POST.get(f"order-{role.value}", "auto")
            times[role] = time_reading(changed, profile, role, order if order in {"day", "month"} else "auto")
    return changed.model_copy(update={"times": times})


def time_reading(declared: Declaration, profile: Profile, role: Role, order: str) -> TimeReading:
    """Return how the times of a role are read, found on the first rows of the file."""
    names = [*declared.of(role)[:1], *declared.of(CLOCKS[role])[:1]]
    cells = zip(*(profile.head[name] for name in names), strict=True)
    # A date alone may be missing from a line of totals; a clock without its date is no time.
    texts = [" ".join(part.strip() for part in row if part.strip()) for row in cells if row[0].strip()]
    found = reading_of(texts, order)
    return TimeReading.model_validate(
        {"order": order, "parse": found.parse, "extract": found.extract, "share": found.share,
         "is_ambiguous": found.is_ambiguous}
    )  # fmt: skip


def _unread(declared: Declaration) -> list[tuple[str, str]]:
    return [
        ("unread_time", declared.of(role)[0])
        for role, reading in declared.times.items()
        if declared.of(role) and reading.share < READABLE
    ]


def _rows(declared: Declaration, profile: Profile, proposals: dict[str, Proposed]) -> list[dict[str, Any]]:
    return [
        {
            "number": number, "column": column, "role": declared.columns[column.name].role.value,
            "reason": declared.columns[column.name].reason, "is_sure": proposals[column.name].is_sure,
            "because": _(BECAUSE[proposals[column.name].because]),
            "share": round(100 * column.filled / max(profile.rows, 1)),
        }
        for number, column in enumerate(profile.columns)
    ]  # fmt: skip


def _times(declared: Declaration) -> list[dict[str, Any]]:
    return [
        {
            "role": role.value, "label": _(ROLES[role]), "order": reading.order, "percent": round(100 * reading.share),
            "is_ambiguous": reading.is_ambiguous,
        }
        for role, reading in declared.times.items()
    ]  # fmt: skip


def _fixed(declared: Declaration) -> dict[str, Any]:
    words = current_vocabulary()
    labels = {"status": _("Status of every record"), "origin": _("How they came to be known"), "reality": _("Reality")}
    choices = [
        {"name": name, "label": labels[name], "value": declared.fixed.get(name, ""), "choices": list(said.items())}
        for name, said in FIXED_CHOICES.items()
    ]
    codes = [(term.code, words.path_label(term.code, language())) for term in words.terms]
    return {"choices": choices, "codes": codes, "category": declared.fixed.get("category", "")}
