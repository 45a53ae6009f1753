"""The retention engine: one way for expiry whatever the place, on a signed list, unless a legal hold is in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from quietude.keeping.disposal import DisposalError, Held, Line, Order, Plan, Report, Shelf, Visa
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.store.api import Store


def held_by(orders: Sequence[Order], store: Store) -> Held:
    """Return what holds cover, their questions asked of the store now."""
    viewer = Viewer.system("legal_hold")
    uids: set[str] = set()
    for order in orders:
        uids.update(uid.rpartition("-")[2] for uid in order.uids)
        if order.question is not None:
            for batch in store.stream(viewer, order.question, columns=("uid",)):
                uids.update(batch["uid"].to_pylist())
            for versions in store.past(viewer, order.question, columns=("uid",)):
                uids.update(versions["uid"].to_pylist())
    return Held(frozenset(name for order in orders for name in order.sources), frozenset(uids))


def plan(shelves: Sequence[Shelf], *, as_of: date, held: Held) -> Plan:
    """Return what has to leave on a day: a dry run, and the list to sign."""
    dues = tuple(due for shelf in shelves for due in shelf.due(as_of, held))
    return Plan(as_of, dues, frozenset(shelf.name for shelf in shelves if shelf.needs_visa))


def carry_out(shelves: Sequence[Shelf], planned: Plan, visa: Visa) -> Report:
    """Make all that is due leave, place by place; what an interruption leaves is due at the next run.

    Raises:
        DisposalError: the visa is for another list, or does not say who and why.
    """
    if not visa.by.strip() or not visa.reason.strip():
        raise DisposalError("nothing was eliminated: a visa says who decides and why")
    if visa.list_digest != planned.digest:
        raise DisposalError(
            "nothing was eliminated: the list has changed since it was looked at; look at it again and sign the new one"
        )
    by_name = {shelf.name: shelf for shelf in shelves}
    lines = tuple(
        Line(
            place=due.place,
            source=due.source,
            fate=due.fate,
            due=len(due.items),
            held=due.held,
            done=by_name[due.place].clear(due, visa) if due.items else 0,
        )
        for due in planned.dues
    )
    return Report(as_of=planned.as_of, visa=visa, lines=lines)


def search_held(held: Held, uids: Sequence[str], store: Store) -> tuple[str, ...]:
    """Return those of some facts that a legal hold keeps from being erased."""
    named = [uid for uid in uids if uid in held.uids]
    if not held.sources or not uids:
        return tuple(named)
    question = Filter(ids=tuple(uids))
    viewer = Viewer.system("legal_hold")
    found = store.query(viewer, question, columns=("uid", "source"), order_by=("uid",))
    pairs = zip(found["uid"].to_pylist(), found["source"].to_pylist(), strict=True)
    return tuple(dict.fromkeys([*named, *(uid for uid, source in pairs if held.names(source))]))
