"""The door of services for the other apps of the portal: who belongs to what, at which moment."""

from __future__ import annotations

from quietude.portal.services.belonging import (
    belongs,
    main_service_of,
    members_of,
    memberships_of,
    open_services,
    services_of,
)
from quietude.portal.services.models import Kind, Membership, Service

__all__ = [
    "Kind",
    "Membership",
    "Service",
    "belongs",
    "main_service_of",
    "members_of",
    "memberships_of",
    "open_services",
    "services_of",
]
