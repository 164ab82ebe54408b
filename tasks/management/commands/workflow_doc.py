"""`manage.py workflow_doc > docs/workflow.md`: writes the page about the workflow anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from delegation.workflow_doc import workflow_doc


class Command(BaseCommand):
    help = "Print docs/workflow.md as it follows from the transition table."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        # The page is in English, whatever language the machine prefers.
        with translation.override("en"):
            self.stdout.write(workflow_doc(), ending="")
