"""What the server's command line does with units."""

from __future__ import annotations

from django.utils import timezone

from quietude.portal.problem import PortalError
from quietude.portal.services.models import Service
from quietude.portal.situations.models import Unit


def add_demo_unit(code: str, service: str, means: str, at: tuple[float, float]) -> None:
    """Make a unit of a fictional service where it is missing: available, where it is said to be.

    Raises:
        PortalError: there is no such fictional service, or no unit moves so.
    """
    found = Service.objects.filter(code=service, is_fictional=True).first()
    if found is None or means not in Unit.Means.values:
        raise PortalError(f"unit {code!r}: no fictional service {service!r}, or no means {means!r}")
    now, (lon_deg, lat_deg) = timezone.now(), at
    Unit.objects.get_or_create(
        code=code,
        defaults={
            "service": found, "means": means, "status": Unit.Status.AVAILABLE, "status_at": now, "lon_deg": lon_deg,
            "lat_deg": lat_deg, "position_at": now,
        },
    )  # fmt: skip
