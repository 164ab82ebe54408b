"""The timeline: everything that happened to a task, who did it and when."""

from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.models import User
from tasks.models.task import Task


class Event(models.Model):
    """One thing that happened. Written in the transaction of the action it tells of, and never changed."""

    # No index of its own: `event_timeline` begins with it.
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [models.Index(fields=["task", "-at", "-id"], name="event_timeline")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only new events are saved."""
        if not self._state.adding:
            raise TypeError("The timeline can't be edited.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never: an event goes only with its task."""
        raise TypeError("The timeline can't be edited.")
