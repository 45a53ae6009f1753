"""What each address of data takes and answers, by the name of its route; the rest is read from the views themselves."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from quietude.portal.openapi.described.explore import EXPLORE
from quietude.portal.openapi.described.logbook import LOGBOOK
from quietude.portal.openapi.described.offline import OFFLINE
from quietude.portal.openapi.described.other import OTHER
from quietude.portal.openapi.described.today import TODAY
from quietude.portal.openapi.shapes import Operation

OPERATIONS: Mapping[str, tuple[Operation, ...]] = MappingProxyType({**EXPLORE, **LOGBOOK, **OFFLINE, **OTHER, **TODAY})
