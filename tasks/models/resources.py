"""Resources, given once to the team, and stored files."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delegation.models import Agreement


def _storage_path(stored_file: "StoredFile", _name: str) -> str:
    # The name that people gave is kept in the row; on disk the id is enough, so no name can reach outside the folder.
    return f"{stored_file.team_id}/{stored_file.id}"


class StoredFile(models.Model):
    """A file that somebody gave: with a delivery, with an expense, with an agreement, or as a resource."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    task = models.ForeignKey("tasks.Task", null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to=_storage_path)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="bytes")
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ResourceKind(models.TextChoices):
    """The open kinds. Logins and passwords come with the vault."""

    ADDRESS = "address", _("Address")
    COLOURS = "colours", _("Brand colours")
    LINK = "link", _("Link")
    NOTE = "note", _("Note")
    FILE = "file", _("File")


class Resource(models.Model):
    """Something a task needs. Assistants see it only through their own open tasks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="resources")
    kind = models.CharField(max_length=20, choices=ResourceKind.choices)
    name = models.CharField(max_length=120)
    content = models.TextField(blank=True)
    stored_file = models.OneToOneField(
        StoredFile, null=True, blank=True, on_delete=models.CASCADE, related_name="resource"
    )
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["team", "name", "id"], name="resource_team_name")]

    def __str__(self) -> str:
        return self.name
