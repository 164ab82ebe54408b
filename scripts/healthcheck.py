"""The image's HEALTHCHECK: exit code 0 when this container's web process answers /healthz.

Asks under the name that people use (BASE_URL), because Django refuses names that are not in ALLOWED_HOSTS.
"""

import os
import sys
import urllib.request
from urllib.parse import urlsplit

PATIENCE_SECONDS = 4


def main() -> int:
    """0 when the answer is 200 in time."""
    host = urlsplit(os.environ.get("BASE_URL", "")).netloc or "127.0.0.1"
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/healthz"
    try:
        urllib.request.urlopen(urllib.request.Request(address, headers={"Host": host}), timeout=PATIENCE_SECONDS)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
