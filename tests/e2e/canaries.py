"""The secrets of the end-to-end tests, in one place, and the addresses that may give one away.

At the end of the run nothing of it may stand in the clear anywhere: see tests/leaks.py. What a test types as the secret
of a resource, and every second factor that it sets up, is looked for as well, without being listed here.
"""

from tasks.demo.secrets import CANARIES
from tests.e2e.crews import PASSWORD

TYPED = {"the password of everybody in these tests": PASSWORD}
LOOKED_FOR = TYPED | {
    f"{part} of {login} in the demo": text for login, parts in CANARIES.items() for part, text in parts.items()
}

# Whoever asks these for a secret, may, and asks anew. Their answers are not searched; all others are.
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
