"""The real settings with the few differences that make a suite fast and keep it away from var/."""

import os
import tempfile

_folder = tempfile.TemporaryDirectory(prefix="handover-tests-")  # kept in a name: it goes when the process ends
os.environ["VAR_DIR"] = os.environ["STATIC_ROOT"] = _folder.name
os.environ["DEBUG"] = "0"
os.environ["HTTPS_ONLY"] = "0"
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789" * 4)
os.environ["SECRETS_KEYS"] = "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMDE="  # pragma: allowlist secret
for _name in ("BROKER_URL", "EMAIL_URL", "ALLOWED_HOSTS"):
    os.environ.pop(_name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES, VAR_DIR  # noqa: E402

# Hashing that is slow on purpose would be most of what a suite does.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file as in real life: threads that share a database in memory get errors that no real SQLite gives.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # a connection kept by a finished thread would hold up the clean-up
