"""The door of `documents`: text out of files, what it says, which are alike, and the places they come from."""

from __future__ import annotations

from quietude.documents.apart import extract, render
from quietude.documents.connectors.change import (
    Added,
    Change,
    Changed,
    Connector,
    ConnectorError,
    Deleted,
    DeniedError,
    Fetched,
    GoneError,
    Held,
    Item,
    Reached,
    Skipped,
    TooLargeError,
    UnsettledError,
    VanishedError,
)
from quietude.documents.connectors.comparing import is_mass
from quietude.documents.connectors.mailbox import Mailbox
from quietude.documents.connectors.opening import Surroundings, connector_of
from quietude.documents.connectors.rights import Rights, rights_of
from quietude.documents.connectors.site import added_text
from quietude.documents.extracted import (
    REASON_WORDS,
    WARNING_WORDS,
    Extracted,
    ExtractionError,
    Limits,
    Page,
    Reason,
    Warned,
    Word,
)
from quietude.documents.likeness import band_keys, likeness, signature
from quietude.documents.mentions import Kind, Mention, located, mentions
from quietude.documents.names import hidden_names
from quietude.documents.order_places import Stretch
from quietude.documents.order_times import Hours
from quietude.documents.orders import NATURES, Order, read_order, title_in

__all__ = [
    "NATURES",
    "REASON_WORDS",
    "WARNING_WORDS",
    "Added",
    "Change",
    "Changed",
    "Connector",
    "ConnectorError",
    "Deleted",
    "DeniedError",
    "Extracted",
    "ExtractionError",
    "Fetched",
    "GoneError",
    "Held",
    "Hours",
    "Item",
    "Kind",
    "Limits",
    "Mailbox",
    "Mention",
    "Order",
    "Page",
    "Reached",
    "Reason",
    "Rights",
    "Skipped",
    "Stretch",
    "Surroundings",
    "TooLargeError",
    "UnsettledError",
    "VanishedError",
    "Warned",
    "Word",
    "added_text",
    "band_keys",
    "connector_of",
    "extract",
    "hidden_names",
    "is_mass",
    "likeness",
    "located",
    "mentions",
    "read_order",
    "render",
    "rights_of",
    "signature",
    "title_in",
]
