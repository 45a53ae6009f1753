"""What is done to accounts is noted in the journal too, with the line of the account's own list or not at all."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from quietude.journal.api import Kind
from quietude.portal.accounts.models import AccountAct, User
from quietude.portal.journal.recording import Act, note


@receiver(post_save, sender=AccountAct)
def with_account_act(instance: AccountAct, created: bool, **_: Any) -> None:  # Django's own form
    """Note an act on an account: in the transaction that the act is in."""
    if not created:
        return
    actor = User.objects.filter(username=instance.by).values_list("pk", flat=True).first()
    note(
        Act(
            kind=Kind.MODIFY,
            who=f"user:{actor}" if actor is not None else instance.by,
            to_whom=f"user:{instance.account_id}",
            detail={"act": instance.what, "fields": instance.detail},
        )
    )
