"""Changing a draft: by whoever has the newest state of it in front of them, and nobody else."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from quietude.ingest.api import Declaration
from quietude.portal.accounts.models import User
from quietude.portal.wizard.models import Draft


class StaleError(Exception):
    """Someone else changed the draft since it was shown: nothing was written over."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.key)
        self.draft = draft


def change(draft: Draft, user: User, revision: int, *, said: dict[str, Any] | None = None, **fields: Any) -> Draft:
    """Write what a person changed in the state `revision`; return the draft as it is now.

    `said` are parts of the declaration, `fields` columns of the draft.

    Raises:
        StaleError: the draft is in another state by now.
    """
    content = draft.content
    if said is not None:
        declared = Declaration.model_validate({**draft.content, **said})
        content = declared.model_dump(mode="json")
    now = timezone.now()
    written = Draft.objects.filter(pk=draft.pk, revision=revision).update(
        content=content, changed_by=user, changed_at=now, revision=F("revision") + 1, **fields
    )
    found = Draft.objects.select_related("changed_by").get(pk=draft.pk)
    if not written:
        raise StaleError(found)
    return found
