"""`manage.py record_bounce`: a mail server hands over what came back, and the address is known to refuse mail."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.bounces import NoBounceError, read_bounce, record_bounce

# A bounce brings the mail along that it is about; ours are a few kB. What comes after this is not read.
MOST_BYTES = 2_000_000


class Command(BaseCommand):
    help = "Reads one bounce (RFC 3464) from standard input and records it. Exit code 1 when it is none of ours."
    requires_system_checks: list[str] = []  # it runs for each bounce

    def handle(self, *args: Any, **options: Any) -> None:
        """Says in one sentence what was done. The same bounce twice counts once, so it may be handed over again."""
        try:
            said = record_bounce(read_bounce(sys.stdin.buffer.read(MOST_BYTES)), now=timezone.now())
        except NoBounceError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(said)
