"""The synonyms of the trade with the town's own, read when the portal starts: a wrong file stops it, with its line."""

from __future__ import annotations

from functools import cache

from quietude.portal.town import installation
from quietude.search.api import Synonyms, load_synonyms

FILE = "synonyms.yml"


@cache
def current_synonyms() -> Synonyms:
    """Return the synonyms of the town that this process serves.

    Raises:
        SynonymsError: the town's file is not as it should be.
    """
    return load_synonyms(installation().town_dir / FILE)
