"""`manage.py rotate_keys`: seals every secret with the newest key. Can be stopped at any moment, and begun again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tasks.actions.rotating import Standing, rotate, standing


class Command(BaseCommand):
    """Says how far it is, and at the end whether an older key is still needed."""

    help = "Seals every secret with the first key in SECRETS_KEYS, in batches; can be interrupted and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--check` only counts."""
        parser.add_argument("--check", action="store_true", help="only tell how many still need an older key")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        """Ends with an error when something still needs another key than the first."""
        before = standing()
        if not check and before.old:
            self._rotate(before.old)
        self._tell(standing(), check=check)

    def _rotate(self, total: int) -> None:
        done = 0
        try:
            for written in rotate():
                done += written
                if written:
                    self.stdout.write(f"{done} of {total}")
                    self.stdout.flush()
        except KeyboardInterrupt:
            raise CommandError(f"Stopped after {done} of {total}; run it again to go on.", returncode=130) from None

    def _tell(self, now: Standing, *, check: bool) -> None:
        if now.shut:
            raise CommandError(
                f"{now.shut} can't be opened with any key in SECRETS_KEYS: add the key that they were sealed with."
            )
        if now.old and check:
            raise CommandError(f"{now.old} of {now.old + now.current} still need an older key: run rotate_keys.")
        if now.old:
            raise CommandError(
                f"{now.old} still need an older key: something seals with it, or they were altered. Restart web and "
                "worker with the new key as the first one, then run this again."
            )
        self.stdout.write(f"All {now.current} are sealed with the first key. The others are no longer needed.")
