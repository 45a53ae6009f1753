from __future__ import annotations

from datetime import timedelta

import pytest
from tests.portal.links.conftest import NOW, Told, reader, uid_of

from quietude.portal.accounts.models import User
from quietude.portal.links import acts
from quietude.portal.links.nearby import Draft, current_model, nearby, proposal_of, proposals

DRAFT = Draft(
    logbook="patrols", occurred_at=NOW, lon_deg=5.38, lat_deg=43.29, category="noise.party", text="Fête au 3e étage."
)
LATER = NOW + timedelta(hours=1)


def test_what_other_services_wrote_near_is_shown_the_likeliest_first(patrol: Told, counter: Told) -> None:
    patrol()
    counter(now=NOW - timedelta(hours=5), text="Sacs abandonnés.", category="cleanliness")
    same = counter(now=NOW - timedelta(minutes=4))
    found = nearby(reader(), DRAFT)
    assert found[0].told.uid == uid_of(same)
    assert {each.told.source for each in found} == {"desk"}
    assert [each.probability for each in found] == sorted((each.probability for each in found), reverse=True)


def test_what_the_writer_may_not_see_is_not_there(patrol: Told, counter: Told) -> None:
    counter()
    assert nearby(reader("patrols"), DRAFT) == []


def test_a_pair_is_proposed_until_somebody_decides(anne: User, patrol: Told, counter: Told) -> None:
    pair = [uid_of(patrol()), uid_of(counter(now=NOW + timedelta(minutes=3)))]
    [proposed] = proposals(reader(), now=LATER)
    assert {proposed.first.uid, proposed.second.uid} == set(pair)
    assert proposals(reader("patrols"), now=LATER) == []
    made = acts.link(anne, reader(), pair, reason="même appel", proposal=proposed.proposal)
    assert proposals(reader(), now=LATER) == []
    acts.unlink(anne, reader(), made.pk, reason="non")
    acts.refuse(anne, reader(), pair, proposed.proposal)
    assert proposals(reader(), now=LATER) == []


def test_proposals_learn_from_what_was_refused(anne: User, patrol: Told, counter: Told) -> None:
    pair = [uid_of(patrol()), uid_of(counter())]
    before = proposal_of(reader(), pair)
    assert before is not None
    acts.refuse(anne, reader(), pair, before)
    after = proposal_of(reader(), pair)
    assert after is not None
    assert after.probability < before.probability
    assert after.levels["log_odds"] == pytest.approx(before.levels["log_odds"])
    assert current_model() is current_model()
