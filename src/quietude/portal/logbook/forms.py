"""The entry form: what a person types becomes the content of an entry, or is explained field by field."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from quietude.model.event import Regime
from quietude.portal.accounts.models import User
from quietude.portal.logbook.addressees import addressed, addressees
from quietude.portal.logbook.content import LINE_MAX, TEXT_MAX, Content, Identity, Party, PartyRole
from quietude.portal.logbook.guarding import GUARD_MAX, GUARDED, chosen_in, told
from quietude.portal.logbook.moments import MomentError, moment_of
from quietude.portal.logbook.placing import placed
from quietude.portal.logbook.terms import term_of
from quietude.portal.rights.models import REGIMES
from quietude.portal.town import current_town, current_vocabulary
from quietude.portal.ui.words import SEVERITIES
from quietude.sources.api import Logbook

DUE_HELP = _("tomorrow 10:00, in 3 days, Friday, 24/12 18:30.")
FOLLOW_UP = ("follow_what", "follow_to", "follow_due")
PARTY_ROWS = 3
ROLES = [
    ("", "—"),
    (PartyRole.CALLER.value, _("caller")),
    (PartyRole.COMPLAINANT.value, _("complainant")),
    (PartyRole.VICTIM.value, _("victim")),
    (PartyRole.WITNESS.value, _("witness")),
    (PartyRole.CONCERNED.value, _("person concerned")),
    (PartyRole.OTHER.value, _("other")),
]


def language() -> str:
    """Return the language of the screen."""
    return (get_language() or "fr")[:2]


class EntryForm(forms.Form):
    """One entry of one logbook."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    when = forms.CharField(
        label=_("When"), required=False, max_length=40, help_text=_("Empty: now. Or 14:05, -10 min, yesterday 23:00.")
    )
    words = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LINE_MAX)
    category = forms.CharField(
        label=_("Category"), required=False, max_length=120, help_text=_("A few letters, then choose.")
    )
    place = forms.CharField(
        label=_("Place"), required=False, max_length=200, help_text=_("Address, crossing or public place.")
    )
    lon_deg = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    lat_deg = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)
    accuracy_m = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=0, max_value=100_000)
    located_by = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)
    text = forms.CharField(
        label=_("Facts"), required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 5})
    )
    action = forms.CharField(
        label=_("Action taken"), required=False, max_length=TEXT_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )
    crew = forms.CharField(label=_("Crew"), required=False, max_length=LINE_MAX)
    agents = forms.CharField(label=_("Agents"), required=False, max_length=LINE_MAX)
    sender = forms.CharField(label=_("From"), required=False, max_length=LINE_MAX)
    receiver = forms.CharField(label=_("To"), required=False, max_length=LINE_MAX)
    until = forms.CharField(label=_("Until"), required=False, max_length=40)
    severity = forms.TypedChoiceField(
        label=_("Severity"), required=False, coerce=int, empty_value=None,
        choices=[("", _("usual for the category")), *SEVERITIES.items()],
    )  # fmt: skip
    regime = forms.ChoiceField(
        label=_("Regime"), required=False, choices=[("", _("as proposed by the category")), *REGIMES]
    )
    follow_what = forms.CharField(label=_("What is to be done"), required=False, max_length=300)
    follow_to = forms.ChoiceField(label=_("For whom"), required=False)
    follow_due = forms.CharField(
        label=_("By when"), required=False, max_length=40,
        widget=forms.TextInput({"data-term": "", "placeholder": _("tomorrow 10:00")}),
    )  # fmt: skip
    device_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    text_guard = forms.CharField(required=False, widget=forms.HiddenInput, max_length=GUARD_MAX)
    action_guard = forms.CharField(required=False, widget=forms.HiddenInput, max_length=GUARD_MAX)

    def __init__(
        self, logbook: Logbook, *args: Any, now: datetime | None = None, by: User | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {}).setdefault("key", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.logbook = logbook
        self.now = now or timezone.now()
        for name in GUARDED:
            self.fields[name].widget.attrs |= {
                "data-guard": "text", "data-guard-regime": logbook.regime.value, "data-guard-regime-from": "id_regime",
            }  # fmt: skip
        for name, block in (("action", "events"), ("crew", "crews"), ("agents", "agents"), ("place", "place")):
            if block not in logbook.blocks:
                del self.fields[name]
        for name in ("sender", "receiver") if not logbook.radio else ():
            del self.fields[name]
        self._offer_follow_up(by)
        code, vocabulary = str(self["category"].value() or ""), current_vocabulary()
        if vocabulary.has(code):  # scripts show the label where the form holds the code
            self.fields["category"].widget.attrs["data-label"] = vocabulary.path_label(code, language())
        self.own = [f"field_{field.code}" for field in logbook.fields]
        for field in logbook.fields:
            own = self.fields[f"field_{field.code}"] = _own_field(field)
            if field.categories:
                own.widget.attrs["data-categories"] = " ".join(field.categories)
        self.party_rows = PARTY_ROWS if "parties" in logbook.blocks else 0
        for row in range(self.party_rows):
            self.fields[f"party_role_{row}"] = forms.ChoiceField(label=_("Role"), required=False, choices=ROLES)
            self.fields[f"party_note_{row}"] = forms.CharField(label=_("Part"), required=False, max_length=LINE_MAX)
            if logbook.identities:
                self.fields[f"party_name_{row}"] = forms.CharField(label=_("Name"), required=False, max_length=LINE_MAX)
                self.fields[f"party_contact_{row}"] = forms.CharField(
                    label=_("Contact"), required=False, max_length=LINE_MAX
                )

    def _offer_follow_up(self, by: User | None) -> None:
        """Ask for a follow-up with the entry: of whoever writes a new one, where the logbook has the block."""
        if by is not None and "follow_up" in self.logbook.blocks:
            self.fields["follow_to"].choices = addressees(by, language(), timezone.now())  # type: ignore[attr-defined]
            return
        for name in FOLLOW_UP:
            del self.fields[name]

    def clean_follow_due(self) -> datetime | None:
        """Return the term of the follow-up."""
        return typed_term(self.cleaned_data["follow_due"], self.now)

    def clean_when(self) -> datetime:
        """Return the moment that was typed."""
        return self._moment("when")

    def clean_until(self) -> datetime | None:
        """Return the moment it ended, where one was typed."""
        return self._moment("until") if self.cleaned_data["until"].strip() else None

    def _moment(self, name: str) -> datetime:
        typed = self.cleaned_data[name]
        known: datetime | None = self.initial.get("moments", {}).get(name)
        if known is not None and typed.strip() == self.initial[name]:
            return known  # a correction of something else leaves the seconds, and so the shift, as they were
        try:
            return moment_of(typed, now=self.now, timezone=current_town().timezone)
        except MomentError as error:
            said = gettext(
                "“%(typed)s” is no time that is understood. Write 14:05, 10 min ago, yesterday 23:00, 24/12 18:30."
            )
            raise ValidationError(said % {"typed": typed}) from error

    def clean_category(self) -> str:
        """Return the code that was chosen, or that the words name."""
        typed = " ".join(self.cleaned_data["category"].split())
        vocabulary = current_vocabulary()
        if not typed or vocabulary.has(typed):
            return typed
        for code, words in self.logbook.words.items():
            if typed.casefold() in {word.casefold() for word in words}:
                self.cleaned_data["words"] = typed
                return code
        named = vocabulary.find(typed, language())
        if len(named) == 1:
            return named[0]
        near = [match.term.code for match in vocabulary.search(typed, language(), 3)]
        said = gettext("No category is named “%(typed)s”.") % {"typed": typed}
        if near:
            labels = ", ".join(vocabulary.label(code, language()) for code in near)
            said += " " + gettext("Near: %(labels)s.") % {"labels": labels}
        raise ValidationError(said)

    def clean(self) -> dict[str, Any]:
        """Keep the service's own word only where it is one for the category."""
        said = self.cleaned_data
        own = {word.casefold() for word in self.logbook.words.get(said.get("category", ""), ())}
        said["words"] = said["words"] if said.get("words", "").casefold() in own else ""
        if not said.get("follow_what") and (said.get("follow_to") or said.get("follow_due")):
            self.add_error("follow_what", gettext("Say what is to be done."))
        return said

    def asked(self) -> dict[str, Any] | None:
        """Return what is to follow from the entry, as `following.follow_up` takes it, or None."""
        said = self.cleaned_data
        if not said.get("follow_what"):
            return None
        service, assignee = addressed(said["follow_to"])
        return {"what": said["follow_what"], "service": service, "assignee": assignee, "due_at": said["follow_due"]}

    def choices(self) -> str:
        """Return what became of what the guard marks, as the journal notes it: "kept health quoted 1, left plate 2"."""
        said = self.cleaned_data
        regime = said["regime"] or proposed_regime(self.logbook, said["category"])
        made: Counter[str] = Counter()
        for name in GUARDED:
            made.update(chosen_in(said.get(name, ""), said.get(f"{name}_guard", ""), regime))
        return told(made)

    def content(self) -> Content:
        """Return what the form says; only after `is_valid`."""
        said = self.cleaned_data
        code = said["category"]
        return Content(
            occurred_at=said["when"],
            occurred_to=said["until"],
            category=code,
            words=said.get("words", ""),
            severity=said["severity"] or usual_severity(code),
            regime=said["regime"] or proposed_regime(self.logbook, code),
            place=placed(
                said.get("place", ""), said["lon_deg"], said["lat_deg"], said["accuracy_m"], said["located_by"]
            ),
            text=said["text"],
            action=said.get("action", ""),
            crew=said.get("crew", ""),
            agents=said.get("agents", ""),
            parties=tuple(Party(role=PartyRole(role), note=note) for role, note, _ in self._parties()),
            fields={
                field.code: value for field in self.logbook.fields if (value := str(said[f"field_{field.code}"] or ""))
            },
            sender=said.get("sender", ""),
            receiver=said.get("receiver", ""),
            device_at=said["device_at"],
        )

    def identities(self) -> list[Identity]:
        """Return who the parties are, in their order."""
        return [identity for _role, _note, identity in self._parties()]

    def _parties(self) -> list[tuple[str, str, Identity]]:
        rows = []
        for row in range(self.party_rows):
            said = {
                part: self.cleaned_data.get(f"party_{part}_{row}", "") for part in ("role", "note", "name", "contact")
            }
            if any(said.values()):
                role = said["role"] or PartyRole.OTHER.value
                rows.append((role, said["note"], Identity(name=said["name"], contact=said["contact"])))
        return rows

    def party_fields(self) -> list[list[forms.BoundField]]:
        """Return the rows of parties, as the template shows them."""
        parts = ("role", "note", "name", "contact")
        return [
            [self[f"party_{part}_{row}"] for part in parts if f"party_{part}_{row}" in self.fields]
            for row in range(self.party_rows)
        ]

    def own_fields(self) -> list[forms.BoundField]:
        """Return the logbook's own fields."""
        return [self[name] for name in self.own]

    def refuse(self, error: ValidationError) -> None:
        """Show what the acts refused beside its field."""
        names = {"occurred_at": "when", "occurred_to": "until", "parties": None}
        names |= {name.removeprefix("follow_"): name for name in FOLLOW_UP}
        for name, refusals in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
            field = names.get(name, name)
            self.add_error(field if field in self.fields else None, refusals)


class ReasonForm(forms.Form):
    """Why an entry is corrected or struck through."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)


def typed_term(typed: str, now: datetime) -> datetime | None:
    """Return the term that was typed, None where nothing was.

    Raises:
        ValidationError: it is no time to come.
    """
    if not typed.strip():
        return None
    try:
        return term_of(typed, now=now, timezone=current_town().timezone)
    except MomentError as error:
        said = gettext("“%(typed)s” is no time to come. Write tomorrow 10:00, in 3 days, Friday, 24/12 18:30.")
        raise ValidationError(said % {"typed": typed}) from error


def usual_severity(code: str) -> int:
    """Return the severity that the vocabulary gives a category; 2 where it is not known."""
    vocabulary = current_vocabulary()
    return vocabulary.term(code).severity if code and vocabulary.has(code) else 2


def proposed_regime(logbook: Logbook, code: str) -> str:
    """Return the regime proposed for a category in a logbook; its writer confirms it."""
    is_penal = any(code == each or code.startswith(f"{each}.") for each in logbook.penal)
    return Regime.TITRE_III.value if is_penal else logbook.regime.value


def initial_of(content: Content, identities: list[Identity] | None) -> dict[str, Any]:
    """Return a version as the form shows it, to be corrected."""
    zone = ZoneInfo(current_town().timezone)
    shown: dict[str, Any] = {
        "key": uuid.uuid4(),
        "when": content.occurred_at.astimezone(zone).strftime("%d/%m/%Y %H:%M"),
        "until": content.occurred_to.astimezone(zone).strftime("%d/%m/%Y %H:%M") if content.occurred_to else "",
        "moments": {"when": content.occurred_at, "until": content.occurred_to},
        "category": content.category, "words": content.words, "sender": content.sender,
        "receiver": content.receiver, "place": content.place.label, "lon_deg": content.place.lon_deg,
        "lat_deg": content.place.lat_deg, "accuracy_m": content.place.accuracy_m,
        "located_by": content.place.located_by, "text": content.text, "action": content.action, "crew": content.crew,
        "agents": content.agents, "severity": content.severity, "regime": content.regime,
    }  # fmt: skip
    shown |= {f"field_{code}": value for code, value in content.fields.items()}
    for row, party in enumerate(content.parties[:PARTY_ROWS]):
        shown |= {f"party_role_{row}": party.role.value, f"party_note_{row}": party.note}
        if identities is not None and row < len(identities):
            shown |= {f"party_name_{row}": identities[row].name, f"party_contact_{row}": identities[row].contact}
    return shown


def _own_field(field: Any) -> forms.Field:
    label = field.label.say(language())
    if field.kind == "choice":
        return forms.ChoiceField(
            label=label, required=False, choices=[("", "—"), *((each, each) for each in field.choices)]
        )
    if field.kind == "yes_no":
        return forms.ChoiceField(label=label, required=False, choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))])
    return forms.CharField(label=label, required=False, max_length=LINE_MAX)
