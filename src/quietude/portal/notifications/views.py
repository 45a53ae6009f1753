"""Pages of messages: the town's channels, how one is told oneself, and the link in a message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.asking import proves_identity
from quietude.portal.accounts.forms import refuse
from quietude.portal.accounts.models import User
from quietude.portal.notifications import acts
from quietude.portal.notifications.forms import ChannelForm, ContactForm, QuietForm, TryForm
from quietude.portal.notifications.models import Channel, Message, QuietHours
from quietude.portal.notifications.notice import key_in
from quietude.portal.notifications.recipients import quiet_until
from quietude.portal.notifications.sealing import SealError, unseal

LOOKED_BACK = timedelta(days=1)
LINK_HOLDS = timedelta(days=7)
OWN_SHOWN = 3
"""Last characters of one's own number that one is shown."""


@require_GET
@requires(Right.MANAGE_CHANNELS)
def channels(request: HttpRequest) -> HttpResponse:
    """List the channels, with what became of the messages of a day."""
    recent = Q(messages__dispatch__at__gt=timezone.now() - LOOKED_BACK)
    counted = {state.value: Count("messages", filter=recent & Q(messages__state=state)) for state in Message.State}
    language = get_language() or "fr"
    rows = [(each, each.say(language)) for each in Channel.objects.annotate(**counted)]
    return render(request, "notifications/channels.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.MANAGE_CHANNELS)
@proves_identity
def channel(request: HttpRequest, code: str = "") -> HttpResponse:
    """Make a channel, or show one and change it; its address is never shown."""
    kept = get_object_or_404(Channel, code=code) if code else None
    form = ChannelForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        try:
            acts.keep_channel(user_of(request), form.save(commit=False), form.cleaned_data["address"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, gettext("The channel is kept. Test it."))
            return redirect("notifications:channel", code=form.instance.code)
    if kept is not None:
        kept.refresh_from_db()  # a refused form has filled it in already
    return _channel(request, kept, form, TryForm(), status=400 if form.errors else 200)


@require_POST
@requires(Right.MANAGE_CHANNELS)
@proves_identity
def tried(request: HttpRequest, code: str) -> HttpResponse:
    """Send a test to a channel and say what happened."""
    kept = get_object_or_404(Channel, code=code)
    form = TryForm(request.POST)
    if form.is_valid():
        try:
            found = acts.try_channel(user_of(request), kept, form.cleaned_data["to"], timezone.now())
        except ValidationError as error:
            refuse(form, error)
        else:
            if found.said:
                messages.error(request, gettext("The test was not taken: %(said)s") % {"said": found.said})
            else:
                messages.success(request, gettext("The provider has taken the test. See whether it arrives."))
            return redirect("notifications:channel", code=code)
    return _channel(request, kept, ChannelForm(instance=kept), form, status=400)


def _channel(
    request: HttpRequest, kept: Channel | None, form: ChannelForm, try_form: TryForm, *, status: int
) -> HttpResponse:
    language = get_language() or "fr"
    given = {"channel": kept, "title": kept.say(language) if kept else "", "form": form, "try_form": try_form}
    return render(request, "notifications/channel.html", given, status=status)


@require_GET
@requires(Right.OWN_ACCOUNT)
def mine(request: HttpRequest) -> HttpResponse:
    """Show how one is told oneself, and in which hours not."""
    return _mine(request)


@require_POST
@requires(Right.OWN_ACCOUNT)
def contact_kept(request: HttpRequest) -> HttpResponse:
    """Be told by a channel."""
    form = ContactForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            acts.keep_contact(user_of(request), said["channel"], said["own"], at_least=said["at_least"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, gettext("You are told by this channel from now on."))
            return redirect("notifications:mine")
    return _mine(request, contact_form=form)


@require_POST
@requires(Right.OWN_ACCOUNT)
def contact_removed(request: HttpRequest, key: int) -> HttpResponse:
    """Be told by a channel no more."""
    acts.remove_contact(user_of(request), key)
    messages.success(request, gettext("You are told by this channel no more."))
    return redirect("notifications:mine")


@require_POST
@requires(Right.OWN_ACCOUNT)
def quiet_kept(request: HttpRequest) -> HttpResponse:
    """Keep one's quiet hours, or end them."""
    user = user_of(request)
    if request.POST.get("act") == "remove":
        acts.remove_quiet(user)
        messages.success(request, gettext("You are told at any hour."))
        return redirect("notifications:mine")
    form = QuietForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            acts.keep_quiet(user, said["begins"], said["ends"], below=said["below"], meanwhile=said["meanwhile"])
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, gettext("Your quiet hours are kept."))
            return redirect("notifications:mine")
    return _mine(request, quiet_form=form)


def _mine(
    request: HttpRequest, *, contact_form: ContactForm | None = None, quiet_form: QuietForm | None = None
) -> HttpResponse:
    user, language = user_of(request), get_language() or "fr"
    quiet = QuietHours.objects.filter(person=user).first()
    contacts = user.contacts.select_related("channel")
    given: dict[str, Any] = {
        "contacts": [(each, each.channel.say(language), _shown(user, each.sealed)) for each in contacts],
        "contact_form": contact_form or ContactForm(),
        "has_channels": Channel.objects.filter(is_open=True, is_personal=True).exists(),
        "quiet": quiet,
        "quiet_now": quiet_until(quiet, timezone.now()) if quiet is not None else None,
        "quiet_form": quiet_form or QuietForm(instance=quiet),
    }
    is_refused = contact_form is not None or quiet_form is not None
    return render(request, "notifications/mine.html", given, status=400 if is_refused else 200)


def _shown(user: User, sealed: str) -> str:
    """Return one's own number or address, but for its end unreadable over a shoulder."""
    if not sealed:
        return user.email
    try:
        return f"…{unseal(sealed)[-OWN_SHOWN:]}"
    except SealError as error:
        return str(error)


@require_GET
@requires(Right.OWN_ACCOUNT)
def opened(request: HttpRequest, link: str) -> HttpResponse:
    """Lead from a message to its page of the portal, and note that it was read; nothing else is done by a link."""
    key, now = key_in(link), timezone.now()
    message = Message.objects.select_related("dispatch").filter(key=key).first() if key is not None else None
    if message is None:
        raise Http404
    if now - message.dispatch.at > LINK_HOLDS:
        messages.warning(request, gettext("This link is older than a week. What it led to may be over."))
        return redirect("home")
    if not acts.mark_read(user_of(request), message, now):
        messages.info(request, gettext("This link was used before, or is another person's: nothing was noted."))
    if message.gathered.exists():
        return redirect("alarms:tray")
    return redirect(str(message.dispatch.content["path"]))
