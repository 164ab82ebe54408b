"""Looks for secrets that were written into the source by mistake: `python -m scripts.secrets_scan`, part of the lint.

What was looked at and is no secret stands in .secrets.baseline, or has `pragma: allowlist secret` on its line, where a
value in a test or for trying out is meant. After looking: `python -m scripts.secrets_scan accept`.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / ".secrets.baseline"
# Hashes of packages, translations of texts that are scanned already, and what others wrote.
NOT_OURS = (".lock", ".po", ".woff2", ".png", ".jpg", ".pdf", ".min.js", ".min.css", ".svg")
# Asks the service in question whether a key works: a scan sends nothing anywhere.
ASKS_OUTSIDE = "detect_secrets.filters.common.is_ignored_due_to_verification_policies"

Found = dict[str, list[dict[str, str]]]


def main() -> int:
    """0 when nothing new was found."""
    found = scan(sources())
    if sys.argv[1:] == ["accept"]:
        BASELINE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        print(f"{sum(map(len, found.values()))} in {len(found)} files are known from now on.")
        return 0
    known: Found = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    new = unknown(found, known)
    for line in new:
        print(line)
    return 1 if new else 0


def sources() -> list[str]:
    """Every file that is or will be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if wanted(name) and (ROOT / name).is_file()]


def wanted(name: str) -> bool:
    """Whether a file can hold a secret of ours."""
    return not name.endswith(NOT_OURS) and "/vendor/" not in name and name != BASELINE.name


def scan(names: Iterable[str], root: Path = ROOT) -> Found:
    """What looks like a secret, by file; of each only a hash, and no line number: those change all the time."""
    collection = SecretsCollection(root=str(root))
    with default_settings() as settings:
        settings.disable_filters(ASKS_OUTSIDE)
        for name in names:
            collection.scan_file(name)
    found: Found = {}
    for name, secret in collection:
        found.setdefault(name, []).append({"type": secret.type, "hash": secret.secret_hash})
    return {name: sorted(ones, key=lambda one: (one["hash"], one["type"])) for name, ones in sorted(found.items())}


def unknown(found: Found, known: Mapping[str, list[dict[str, str]]]) -> list[str]:
    """A line for each that the baseline doesn't know in this file. It never shows what was found."""
    return [
        f"{name}: {one['type']}. Take it out, or say that it is meant (scripts/secrets_scan.py)"
        for name, ones in found.items()
        for one in ones
        if one not in known.get(name, [])
    ]


if __name__ == "__main__":
    sys.exit(main())
