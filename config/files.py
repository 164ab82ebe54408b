"""Where files are kept: in a folder, or on a server that speaks S3. By FILES_URL and what goes with it."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ENCRYPTIONS = {"", "AES256", "aws:kms"}
WRONG = "FILES_URL is either empty (files under VAR_DIR) or s3://bucket, with a folder behind it if you like."


def storage_of(env: Any) -> dict[str, Any]:
    """The setting STORAGES["default"]. Asks no server anything: the app starts while that is away.

    Raises ImproperlyConfigured, in one sentence, for what can't be meant.
    """
    address = env.str("FILES_URL", default="")
    if not address:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}  # in MEDIA_ROOT
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or parts.query:
        raise ImproperlyConfigured(WRONG)
    encryption = env.str("FILES_ENCRYPTION", default="")
    if encryption not in ENCRYPTIONS:
        raise ImproperlyConfigured("FILES_ENCRYPTION is empty, AES256 or aws:kms.")
    return {"BACKEND": "tasks.s3.PrivateFiles", "OPTIONS": _options(env, parts.netloc, parts.path, encryption)}


def _options(env: Any, bucket: str, path: str, encryption: str) -> dict[str, Any]:
    from botocore.config import Config  # takes a while, and only who has such a server needs it

    return {
        "bucket_name": bucket,
        "location": path.strip("/"),
        # Empty: as the machine gives them (a role, ~/.aws), which is what boto3 looks for by itself.
        "access_key": env.str("FILES_ACCESS_KEY", default="") or None,
        "secret_key": env.str("FILES_SECRET_KEY", default="") or None,
        "endpoint_url": env.str("FILES_ENDPOINT", default="") or None,
        "region_name": env.str("FILES_REGION", default="") or None,
        "default_acl": None,  # the bucket's own, which is private
        "querystring_auth": True,
        "file_overwrite": True,  # a place is the id of its row, so there is nothing to be overwritten
        "max_memory_size": 1024 * 1024,
        "object_parameters": {"ServerSideEncryption": encryption} if encryption else {},
        # A server that hangs holds up one press this long, not for ever.
        "client_config": Config(
            connect_timeout=5,
            read_timeout=20,
            retries={"max_attempts": 2, "mode": "standard"},
            signature_version="s3v4",
            s3={"addressing_style": "path"} if env.str("FILES_ENDPOINT", default="") else None,
        ),
    }
