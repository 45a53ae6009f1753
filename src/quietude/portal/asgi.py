"""The portal as one ASGI application: built files straight from the package, everything else through Django."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quietude.portal.settings")
django = get_asgi_application()

from quietude.portal.static_files import StaticFiles  # noqa: E402  # Django must be set up before its parts are imported

application = StaticFiles(django)
