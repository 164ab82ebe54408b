from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("Tasks")

    def ready(self) -> None:
        """The log of what happened gets the words that only this floor knows."""
        from accounts import audit_words
        from delegation.levels import LEVELS, level_for
        from tasks.models import SecretPart

        audit_words.NAMES["level"] = lambda key: str(level_for(key).name) if key in LEVELS else key
        audit_words.NAMES["part"] = lambda key: str(SecretPart(key).label) if key in SecretPart.values else key
