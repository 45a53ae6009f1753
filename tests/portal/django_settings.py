"""The portal's settings for tests: a made-up town, a folder of its own per process, quick password hashes."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

TEST_DATABASE = "QUIETUDE_TEST_DATABASE_URL"
"""Address of a PostgreSQL database: beside it a database of this run's own is made and dropped. SQLite without it."""

_FOLDER = tempfile.mkdtemp(prefix="quietude-portal-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_OURS = {
    "QUIETUDE_TOWN": "valcombe",
    "QUIETUDE_TOWNS_DIR": str(Path(__file__).parent / "towns"),
    "QUIETUDE_VAR_DIR": _FOLDER,
    "QUIETUDE_SECRET_KEY": "only-for-tests",
    "QUIETUDE_SECOND_FACTOR": "demo",  # tests of the second factor ask for it themselves
    "QUIETUDE_HOSTS": "testserver,localhost,127.0.0.1",
    **({"DATABASE_URL": os.environ[TEST_DATABASE]} if os.environ.get(TEST_DATABASE) else {}),
}
_BEFORE = {name: os.environ.get(name) for name in [*_OURS, "DATABASE_URL", "QUIETUDE_DEBUG", "QUIETUDE_HTTPS"]}
for _name in _BEFORE:
    os.environ.pop(_name, None)
os.environ.update(_OURS)

from quietude.portal.settings import *  # noqa: E402, F403  # after the environment that they are read from

for _name, _value in _BEFORE.items():
    os.environ.pop(_name, None)
    if _value is not None:
        os.environ[_name] = _value

if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405  # named above, by the star
    DATABASES["default"]["TEST"] = {"NAME": f"test_quietude_{secrets.token_hex(6)}"}  # noqa: F405  # as above
else:
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405  # as above; pytest knows it of Django's own engine

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
