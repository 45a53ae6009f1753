"""From what was saved to what is asked: the same reading as the search page's own."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

from django.utils import timezone
from django.utils.translation import gettext as _

from quietude.model.filter.errors import FilterError
from quietude.model.filter.url import from_query
from quietude.portal.explore.changes import joined
from quietude.portal.saved_searches.models import SavedSearch
from quietude.portal.search.answering import read_typed
from quietude.portal.search.nearness import KEY
from quietude.portal.search.scoping import OWN
from quietude.portal.search.synonyms import current_synonyms
from quietude.portal.town import current_town, town_day
from quietude.search.api import Search, expand

NOT_SAVED = frozenset({"q", "page", "what", KEY, *OWN})
"""Of the search page's address: what is no condition on facts."""


class AskingError(ValueError):
    """A search cannot be read; the message is for the reader."""


def search_for(text: str, query: str, language: str, today: date) -> Search:
    """Return what a text and the filter beside it ask for, synonyms included.

    Args:
        text: as typed.
        query: the filter in its URL form.
        language: that conditions in the text are read in, "fr" or "en".
        today: the town's day, which "yesterday" is told from.

    Raises:
        AskingError: the filter cannot be read.
    """
    try:
        said = parse_qs(query, max_num_fields=500)
        beside = from_query({key: values for key, values in said.items() if key not in NOT_SAVED})
    except FilterError as error:
        raise AskingError(error.say(language)) from error
    except ValueError as error:
        raise AskingError(
            _("The conditions of this search cannot be read. Build them again on the search page.")
        ) from error
    found = read_typed(text, territory=current_town().territory, language=language, today=today)
    return Search(joined(beside, found.conditions), expand(found.words, current_synonyms()), found.notes)


def search_of(kept: SavedSearch) -> Search:
    """Return what a saved search asks for today.

    Raises:
        AskingError: its filter cannot be read any more.
    """
    return search_for(kept.text, kept.query, kept.language, town_day(timezone.now()))


def asks_nothing(search: Search) -> bool:
    """Tell whether a search holds neither a word nor a condition."""
    return search.words is None and search.conditions.is_open
