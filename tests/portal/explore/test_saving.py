"""Saved views: each person's own, one name once, deletions undone for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.explore import saving
from quietude.portal.explore.models import SavedView


@pytest.fixture
def user(make_user: Callable[..., User]) -> User:
    return make_user(Role.ANALYST)


def names(user: User) -> list[str]:
    return [view.name for view in saving.views_of(user)]


def test_saving_under_the_same_name_keeps_the_newer_selection(user: User) -> None:
    saving.save(user, "Nuits d'été", "category=noise")
    saving.save(user, "  Nuits   d'été ", "category=damage")
    [view] = saving.views_of(user)
    assert (view.name, view.query) == ("Nuits d'été", "category=damage")


def test_views_of_others_are_neither_listed_nor_found(user: User, make_user: Callable[..., User]) -> None:
    other = make_user(Role.AGENT)
    view = saving.save(other, "À moi", "")
    assert names(user) == []
    with pytest.raises(SavedView.DoesNotExist):
        saving.view_of(user, view.pk)


def test_a_deleted_view_is_gone_from_the_menu_and_comes_back(user: User) -> None:
    view = saving.save(user, "Vue", "q=bar")
    saving.remove(view)
    assert names(user) == []
    saving.restore(saving.view_of(user, view.pk))
    assert [(view.name, view.query) for view in saving.views_of(user)] == [("Vue", "q=bar")]


def test_a_deleted_view_does_not_come_back_over_a_new_one_of_its_name(user: User) -> None:
    view = saving.save(user, "Vue", "q=bar")
    saving.remove(view)
    saving.save(user, "Vue", "q=cave")
    with pytest.raises(saving.SavingError, match="Vue"):
        saving.restore(view)
    assert names(user) == ["Vue"]


def test_a_view_deleted_the_day_before_is_forgotten_for_good(user: User) -> None:
    view = saving.save(user, "Vieille", "")
    saving.remove(view)
    SavedView.objects.filter(pk=view.pk).update(removed_at=timezone.now() - timedelta(days=2))
    saving.save(user, "Neuve", "")
    assert not SavedView.objects.filter(pk=view.pk).exists()


def test_a_rename_to_a_taken_name_is_refused(user: User) -> None:
    saving.save(user, "Une", "")
    other = saving.save(user, "Autre", "")
    with pytest.raises(saving.SavingError, match="Une"):
        saving.rename(other, "Une")
    assert names(user) == ["Autre", "Une"]


@pytest.mark.parametrize("name", [pytest.param("  ", id="empty"), pytest.param("x" * 81, id="too-long")])
def test_a_view_needs_a_name_of_at_most_eighty_characters(user: User, name: str) -> None:
    with pytest.raises(saving.SavingError):
        saving.save(user, name, "")


def test_views_are_not_without_number(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "VIEWS_MAX", 1)
    saving.save(user, "Une", "")
    with pytest.raises(saving.SavingError, match="1"):
        saving.save(user, "Deux", "")


def test_a_nul_in_a_name_or_a_selection_is_dropped_whichever_the_database(user: User) -> None:
    saving.save(user, "Vue\x00d'ici", "q=bar\x00")
    assert [(view.name, view.query) for view in saving.views_of(user)] == [("Vue d'ici", "q=bar")]
