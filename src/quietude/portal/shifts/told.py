"""Pages of instructions: those in force, who has read them, writing and withdrawing."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.services.api import Service
from quietude.portal.shifts import instructions
from quietude.portal.shifts.duty import instructions_for, unread_by
from quietude.portal.shifts.forms import InstructionForm
from quietude.portal.shifts.models import Instruction


@requires(Right.READ_LOGBOOK)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the instructions in force, unread ones first; give one."""
    user, now = user_of(request), timezone.now()
    own = [each for each in Service.objects.select_related("parent") if instructions.instructs(user, each, now)]
    form = InstructionForm(own, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not own:
            raise PermissionDenied
        if form.is_valid():
            said = form.cleaned_data
            try:
                instructions.write(
                    user, said["service"], said["text"], is_priority=said["is_priority"], until=said["until"]
                )
            except ValidationError as error:
                form.refuse(error)
            else:
                messages.success(request, gettext("The instruction is given."))
                return redirect("shifts:instructions")
    unread = list(unread_by(user, now))
    keys = {each.pk for each in unread}
    known = [each for each in instructions_for(user, now) if each.pk not in keys]
    instructions.note_reading(user, [*unread, *known])
    counted = []
    for each in [*unread, *known]:
        have, missing = instructions.readers(each, now)
        counted.append((each, each.pk in keys, len(have), len(have) + len(missing)))
    shown = {"rows": counted, "form": form if own else None}
    return render(request, "shifts/instructions.html", shown, status=400 if form.errors else 200)


@requires(Right.READ_LOGBOOK)
def page(request: HttpRequest, key: int) -> HttpResponse:
    """Show an instruction with who has read it and who has not."""
    user, now = user_of(request), timezone.now()
    found = get_object_or_404(instructions_for(user, now), pk=key)
    have, missing = instructions.readers(found, now)
    instructions.note_reading(user, [found])
    shown = {
        "instruction": found,
        "have": have,
        "missing": missing,
        "is_unread": all(each.person_id != user.pk for each in have),
        "may_withdraw": instructions.instructs(user, found.service, now),
    }
    return render(request, "shifts/instruction.html", shown)


@requires(Right.READ_LOGBOOK)
@require_POST
def acknowledging(request: HttpRequest, key: int) -> HttpResponse:
    """Say to have read an instruction."""
    instructions.acknowledge(user_of(request), get_object_or_404(Instruction, pk=key))
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    messages.success(request, gettext("Noted: you have read it."))
    return redirect(back if is_ours else "shifts:instructions")


@requires(Right.WRITE_LOGBOOK)
@require_POST
def withdrawing(request: HttpRequest, key: int) -> HttpResponse:
    """Take an instruction out of force."""
    instructions.withdraw(user_of(request), get_object_or_404(Instruction, pk=key))
    messages.success(request, gettext("The instruction is withdrawn."))
    return redirect("shifts:instructions")
