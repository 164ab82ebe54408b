"""Asks whether a known hole is in a package of the locks: `python -m scripts.advisories`, a check of the lint.

Honest about what it could ask: where the service that knows is out of reach, it says "skipped" and why (exit code 75,
which scripts/lanes.py takes for that), instead of finding nothing.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
SKIPPED = 75
SECONDS = 90


@dataclass(frozen=True)
class Report:
    """What there is to say, and the exit code."""

    code: int
    lines: list[str]


def main() -> int:
    """0: asked about all, none has a known hole. 1: one has. 75: could not be asked."""
    command = [str(Path(sys.executable).parent / "pip-audit"), "--disable-pip", "--no-deps", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "5"]
    for lock in LOCKS:
        command += ["--requirement", lock]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return tell(Report(SKIPPED, [f"no answer within {SECONDS} seconds"]))
    return tell(read(done.stdout, done.stderr))


def read(output: str, said: str) -> Report:
    """What an answer of pip-audit means."""
    try:
        packages: Sequence[Mapping[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = next(reversed(said.strip().splitlines()), "no answer")
        return Report(SKIPPED, [f"the service that knows of holes is out of reach: {last[:150]}"])
    holes = [
        f"{package['name']} {package['version']}: {hole['id']} (mended in: {', '.join(hole['fix_versions'])})"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    if holes:
        return Report(1, sorted(set(holes)))
    skipped = sorted({package["name"] for package in packages if "skip_reason" in package})
    asked = {package["name"] for package in packages} - set(skipped)
    if not asked:
        return Report(SKIPPED, ["the service that knows of holes is out of reach: it knew none of the packages"])
    return Report(0, [f"not known to the service, so not asked: {', '.join(skipped)}"] if skipped else [])


def tell(report: Report) -> int:
    """Prints it; the exit code."""
    for line in report.lines:
        print(line)
    return report.code


if __name__ == "__main__":
    sys.exit(main())
