"""The secrets of the end-to-end tests, in one place, and the addresses that may give one away.

At the end of the run nothing of it may stand in the clear anywhere: see tests/leaks.py. Whatever anybody sends in the
field of a secret is written down on its way in (tests/e2e/recording.py) and looked for as well, also when it was
changed or removed later; so is every second factor that is set up. Neither is listed here.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from urllib.parse import parse_qsl

from tasks.demo.secrets import CANARIES
from tests.e2e.crews import PASSWORD

TYPED = {"the password of everybody in these tests": PASSWORD}
LOOKED_FOR = TYPED | {
    f"{part} of {login} in the demo": text for login, parts in CANARIES.items() for part, text in parts.items()
}

# Whoever asks these for a secret, may, and asks anew. What they give is not searched; whatever else they say is.
GIVES_AWAY = frozenset(
    {
        "secret_show",
        "secret_copy",
        "secret_code",
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    }
)

# password1, oldpassword, resource_one_time_code.
FIELD_OF_A_SECRET = re.compile(r"(password\d?|one_time_code)$")
# What one-time codes are made from, as it stands in an address that holds more, or in groups of four.
SEED = re.compile(r"[A-Z2-7]{16,}")


def typed_in(content_type: str, body: bytes) -> dict[str, str]:
    """What a form that was sent has in the fields of secrets: by the name of the field, in all that makes a secret."""
    found: dict[str, str] = {}
    for name, text in fields_of(content_type, body):
        if text and FIELD_OF_A_SECRET.search(name):
            found[name] = text
            if name.endswith("one_time_code"):
                seeds = SEED.findall(text.replace(" ", "").upper())
                found |= {f"{name}, seed {number}": seed for number, seed in enumerate(seeds)}
    return found


def fields_of(content_type: str, body: bytes) -> Iterator[tuple[str, str]]:
    """The fields of a form and what is in them; its files are not."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        yield from parse_qsl(body.decode(errors="replace"))
    elif content_type.startswith("multipart/form-data"):
        for part in message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body).walk():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and not part.get_filename():
                yield str(part.get_param("name", "", header="content-disposition")), content.decode(errors="replace")
