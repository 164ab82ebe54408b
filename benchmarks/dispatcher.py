"""One process that asks what is due: `dispatcher.py NOW`. It begins when told so, and prints how many it asked."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # started by its path; the house is one up
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402

django.setup()

from tasks.answer_links import answer_path  # noqa: E402
from tasks.sweeps import ask_due_checkins  # noqa: E402


def main() -> None:
    """Ready, go, done. A worker lives long: what it does only once is done before it is ready."""
    ask_due_checkins(now=datetime(2000, 1, 1, tzinfo=UTC))
    answer_path(uuid4(), uuid4())
    print("ready", flush=True)
    sys.stdin.readline()
    print(ask_due_checkins(now=datetime.fromisoformat(sys.argv[1])))


if __name__ == "__main__":
    main()
