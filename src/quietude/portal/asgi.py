"""The portal as one ASGI application: built files straight from the package, everything else through Django."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quietude.portal.settings")
django.setup(set_prefix=False)

from quietude.portal.policies import file_headers  # noqa: E402  # Django must be set up before its parts are imported
from quietude.portal.static_files import FOLDER, StaticFiles  # noqa: E402  # as above
from quietude.portal.town import installation  # noqa: E402  # as above
from quietude.portal.turns import InTurns  # noqa: E402  # as above

application = StaticFiles(InTurns(), FOLDER, file_headers(installation().tiles_url, is_https=installation().is_https))
