"""What the portal's own tables say about a person: found and erased by those who look after each table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from quietude.keeping.api import Asked, Found, Held
from quietude.portal.participants import participant_of, participants
from quietude.portal.protection.repeating import remember


def find_traces(asked: Asked) -> Iterator[Found]:
    """Yield what the portal's tables keep about the person."""
    if not asked.phrases and not asked.uids:
        return
    for each in participants():
        yield from each.find(asked)


@transaction.atomic
def erase_traces(found: Sequence[Found], asked: Asked) -> dict[str, int]:
    """Erase what was found, by place; those of accounts are left, an administrator closes them."""
    done: dict[str, int] = {}
    for each in participants():
        own = [one for one in found if one.place == each.place]
        count = each.erase(own, asked) if own else 0
        if count:
            done[each.place] = count
            remember(own, asked)
    return done


def is_left(found: Found) -> bool:
    """Tell whether an erasure leaves a trace to people to decide on."""
    participant = participant_of(found.place)
    return participant is not None and participant.leaves(found)


def is_held(found: Found, held: Held) -> bool:
    """Tell whether a legal hold keeps a trace from being erased."""
    participant = participant_of(found.place)
    return participant is not None and participant.is_held(found, held)
