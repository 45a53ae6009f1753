from __future__ import annotations

from tests.portal.links.conftest import Told, reader, uid_of

from quietude.portal.accounts.models import User
from quietude.portal.links import acts
from quietude.portal.links.reading import also_told


def test_two_readers_of_one_link_see_what_each_may(anne: User, patrol: Told, counter: Told) -> None:
    mine, theirs = patrol(), counter()
    acts.link(anne, reader(), [uid_of(mine), uid_of(theirs)], reason="même appel")
    assert [each.told.source for each in also_told(reader(), uid_of(mine))] == ["desk"]
    assert also_told(reader("patrols"), uid_of(mine)) == []


def test_what_a_closed_entry_holds_together_stays_together(anne: User, patrol: Told, counter: Told) -> None:
    first, closed, last = patrol(), counter(), patrol(text="Une autre patrouille, la même fête.")
    for each in (first, last):
        acts.link(anne, reader(), [uid_of(each), uid_of(closed)], reason="même appel")
    seen = also_told(reader("patrols"), uid_of(first))
    assert [(each.told.uid, each.link) for each in seen] == [(uid_of(last), None)]


def test_an_entry_struck_through_is_told_no_more(anne: User, patrol: Told, counter: Told) -> None:
    from quietude.portal.logbook import acts as entries
    from quietude.portal.logbook.filing import file_pending

    mine, theirs = patrol(), counter()
    acts.link(anne, reader(), [uid_of(mine), uid_of(theirs)], reason="même appel")
    entries.strike(anne, theirs, reason="écrite deux fois")
    file_pending()
    assert also_told(reader(), uid_of(mine)) == []
