"""What the portal says when it cannot do what the command line asked."""

from __future__ import annotations


class PortalError(RuntimeError):
    """The portal cannot do what was asked; the message says why and what to do."""
