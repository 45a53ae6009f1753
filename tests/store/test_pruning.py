"""No file is left out that holds an answer; most that hold none are."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from tests.model.strategies import TIMEZONE, fact, questions, table_of, viewers
from tests.store.conftest import EVERYONE, opened
from tests.store.naive import as_read

from quietude.model.filter.predicate import mask
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.viewer import Viewer
from quietude.store.api import Store
from quietude.store.pruning import files_for

FACTS = table_of([fact(seed) for seed in range(150)])


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = opened(tmp_path_factory.mktemp("facts"))
    store.upsert(FACTS)
    return store


@given(viewer=viewers(), question=questions())
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_month_with_an_answer_is_kept(filed: Store, viewer: Viewer, question: Filter) -> None:
    days = pa.array(FACTS["day"])
    numbered = as_read(viewer, FACTS.append_column("true_day", days))
    answered = {f"{day:%Y-%m}" for day in numbered.filter(mask(question, numbered))["true_day"].to_list() if day}
    kept = {
        file.month for file in files_for(viewer, question, filed._folder.events.snapshot().files, timezone=TIMEZONE)
    }
    assert answered <= kept


@pytest.mark.parametrize(
    ("question", "months"),
    [
        pytest.param(Filter(since=fact(0)["day"], until=fact(0)["day"]), 1, id="one-day"),
        pytest.param(Filter(sources=Choice(("zzz",))), 0, id="unknown-source"),
        pytest.param(Filter(zones=ZoneChoice((("quartier", "zzz"),))), 0, id="unknown-zone"),
    ],
)
def test_files_without_an_answer_are_left_out(filed: Store, question: Filter, months: int) -> None:
    files = files_for(EVERYONE, question, filed._folder.events.snapshot().files, timezone=TIMEZONE)
    assert len({file.month for file in files}) == months


def test_who_has_no_grant_opens_no_file(filed: Store) -> None:
    assert files_for(Viewer.nobody(), Filter(), filed._folder.events.snapshot().files, timezone=TIMEZONE) == []
