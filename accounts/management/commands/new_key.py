"""`manage.py new_key`: a key to seal secrets with."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.sealing import new_key


class Command(BaseCommand):
    """Works without any setting, as it makes the first one."""

    help = "Prints a new key for SECRETS_KEYS."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_key())
