"""What other parts of the portal may follow of accounts. Receivers run inside the transaction of the act."""

from __future__ import annotations

from django.dispatch import Signal

account_made = Signal()
"""by (User or None), user."""
role_changed = Signal()
"""by (User or None), user, before (the role's name)."""
