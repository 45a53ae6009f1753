"""Radio mode: one line a message, from whom to whom, timed by the server as it is sent."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.logbook import acts
from quietude.portal.logbook.content import LINE_MAX, Content
from quietude.portal.logbook.forms import language
from quietude.portal.logbook.models import Entry, Kind
from quietude.portal.logbook.reading import Seen
from quietude.portal.logbook.views import reader_in, titles
from quietude.portal.logbook.writers import written_by
from quietude.portal.rights.standing import standing_in
from quietude.sources.api import Logbook

SHOWN = 30  # messages: what a screen holds
MESSAGE_MAX = 500  # characters: a message of half a minute
_ADDRESSED = re.compile(
    r"(?P<sender>[^>→:\n]{1,40}?)\s*(?:->|>|→)\s*(?P<receiver>[^>→:\n]{1,40}?)\s*:\s*(?P<text>.+)", re.DOTALL
)


class MessageForm(forms.Form):
    """One message; "BAC 12 > CSU: …" names both stations in the line itself."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    sender = forms.CharField(label=_("From"), required=False, max_length=LINE_MAX)
    receiver = forms.CharField(label=_("To"), required=False, max_length=LINE_MAX)
    text = forms.CharField(label=_("Message"), max_length=MESSAGE_MAX)

    def clean(self) -> dict[str, str]:
        """Read the stations from the line where it names them; else both are needed beside it."""
        said = self.cleaned_data
        found = _ADDRESSED.fullmatch(said.get("text", ""))
        if found is not None:
            said |= {name: value.strip() for name, value in found.groupdict().items()}
        for name in ("sender", "receiver"):
            if name in said and not said[name]:
                self.add_error(name, gettext("Say who, or write “BAC 12 > CSU: …” in the line."))
        return said

    def content(self, logbook: Logbook) -> Content:
        """Return the message as an entry of this minute; only after `is_valid`."""
        said = self.cleaned_data
        return Content(
            occurred_at=timezone.now(), regime=logbook.regime.value, severity=1, text=said["text"],
            sender=said["sender"], receiver=said["receiver"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the list shows it."""

    seen: Seen
    sender: str
    receiver: str
    text: str


def lines_in(request: HttpRequest, logbook: Logbook) -> list[Message]:
    """Return the last messages of a logbook, the newest first."""
    reader = reader_in(request)
    found = reader.entries().filter(logbook=logbook.name, kind=Kind.RADIO).select_related("author")
    seen = reader.seen(found.order_by("-pk")[:SHOWN], asked=f"logbook={logbook.name}&kind=radio")
    return [
        Message(each, each.content.sender, each.content.receiver, each.content.text)
        if each.content is not None
        else Message(each, "", "", "")
        for each in seen
    ]


def radio_logbooks(request: HttpRequest) -> tuple[list[Logbook], Logbook]:
    """Return the logbooks whose radio somebody notes, and the one that is asked for, else the first.

    Raises:
        PermissionDenied: they note the radio in none.
    """
    own = [logbook for logbook in written_by(user_of(request)) if logbook.radio]
    if not own:
        raise PermissionDenied
    wanted = request.POST.get("logbook") or request.GET.get("logbook", "")
    return own, next((each for each in own if each.name == wanted), own[0])


@require_GET
@requires(Right.WRITE_LOGBOOK)
def page(request: HttpRequest) -> HttpResponse:
    """Show the line to write on, and the last messages."""
    own, logbook = radio_logbooks(request)
    form = MessageForm(
        initial={"key": uuid.uuid4()} | {name: request.GET.get(name, "") for name in ("sender", "receiver")}
    )
    return _shown(request, own, logbook, form)


@require_POST
@requires(Right.WRITE_LOGBOOK)
def line(request: HttpRequest) -> HttpResponse:
    """Note a message; answers data to the page's script, and the page to a browser without one."""
    own, logbook = radio_logbooks(request)
    form = MessageForm(request.POST)
    entry = _written(request, logbook, form)
    by_script = request.headers.get("Accept", "").startswith("application/json")
    if entry is None:
        if by_script:
            errors = {name: [str(each) for each in found] for name, found in form.errors.items()}
            return JsonResponse({"errors": errors}, status=400)
        return _shown(request, own, logbook, form)
    said = gettext("%(label)s is saved.") % {"label": entry.label}
    if by_script:
        kept = {name: form.cleaned_data[name] for name in ("sender", "receiver")}
        return JsonResponse({"said": said, "label": entry.label, "next_key": str(uuid.uuid4()), **kept})
    messages.success(request, said)
    return redirect(f"{reverse('logbook:radio')}?logbook={logbook.name}")


def _written(request: HttpRequest, logbook: Logbook, form: MessageForm) -> Entry | None:
    if not form.is_valid():
        return None
    try:
        return acts.write(
            user_of(request), logbook, form.content(logbook), key=form.cleaned_data["key"], kind=Kind.RADIO,
            purpose=standing_in(request).viewer.purpose or "",
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def _shown(request: HttpRequest, own: list[Logbook], logbook: Logbook, form: MessageForm) -> HttpResponse:
    shown = {
        "form": form,
        "logbook": logbook,
        "title": logbook.title.say(language()),
        "logbooks": titles(own),
        "lines": lines_in(request, logbook),
    }
    return render(request, "logbook/radio.html", shown, status=400 if form.errors else 200)
