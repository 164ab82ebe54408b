"""`manage.py demo`: the demo team."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from tasks.demo import make_demo
from tasks.demo.people import ADDRESSES, PASSWORD


class Command(BaseCommand):
    help = "Makes the demo: two teams in the middle of their work. Everybody's password is the same, and public."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is any user at all")

    def handle(self, *, if_empty: bool, **options: Any) -> None:
        """Raises CommandError when the demo is here already."""
        if if_empty and User.objects.exists():
            return
        if taken := User.objects.filter(email__in=ADDRESSES).order_by("email").first():
            raise CommandError(f"The demo needs {taken.email}, and that address has an account already.")
        make_demo(now=timezone.now())
        self.stdout.write(f"The demo team is here. Log in as {ADDRESSES[0]}, password {PASSWORD}.")
