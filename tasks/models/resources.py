"""Resources, given once to the team, the secrets among them, who saw those, and stored files."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from delegation.models import Agreement


def _storage_path(stored_file: "StoredFile", _name: str) -> str:
    # The name that people gave is kept in the row; on disk the id is enough, so no name can reach outside the folder.
    return f"{stored_file.team_id}/{stored_file.id}"


class StoredFile(models.Model):
    """A file that somebody gave: with a delivery, with an expense, with an agreement, or as a resource.

    A newer version points at the one that it takes the place of; the oldest is version 1.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    task = models.ForeignKey("tasks.Task", null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    agreement = models.ForeignKey(Agreement, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to=_storage_path)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="by what is in it")
    # It goes with a brief (tasks/examples.py), and is no delivery.
    is_example = models.BooleanField(default=False, db_default=False)
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by"
    )
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ResourceKind(models.TextChoices):
    """What can be given. Only a login holds secrets."""

    LOGIN = "login", _("Login")
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
    # What everybody may read who may see the resource: with a login a word about it, never a secret.
    content = models.TextField(blank=True)
    user_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    web_address = models.CharField(max_length=500, blank=True, default="", db_default="")
    asks_reason = models.BooleanField(default=False, db_default=False)
    stored_file = models.OneToOneField(
        StoredFile, null=True, blank=True, on_delete=models.CASCADE, related_name="resource"
    )
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["team", "name", "id"], name="resource_team_name")]

    def __str__(self) -> str:
        return self.name


class SecretPart(models.TextChoices):
    """What of a login is kept sealed."""

    PASSWORD = "password", _("password")
    # Its codes are computed here; what they are computed from is never shown again.
    ONE_TIME_CODE = "one_time_code", _("one-time code")


class Secret(models.Model):
    """One sealed part of a login, in a row of its own so that no list of resources ever reads it.

    `key` names the key that sealed it (accounts/sealing.py), so that rotating finds what is left to do.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="secrets", db_index=False)
    part = models.CharField(max_length=20, choices=SecretPart.choices)
    sealed = models.TextField()
    key = models.CharField(max_length=16)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "id"], name="secret_sealed_with")]
        constraints = [
            models.UniqueConstraint(fields=["resource", "part"], name="secret_once"),
            models.CheckConstraint(condition=models.Q(part__in=SecretPart.values), name="secret_known_part"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.part}"


class RevealWay(models.TextChoices):
    """How a secret was given away."""

    SHOWN = "shown", _("shown")
    COPIED = "copied", _("copied without being shown")


class Reveal(models.Model):
    """Somebody saw or copied a secret. Written before it is given away, so that nothing is seen without a row.

    The resource's name is kept: what was seen was seen, also when the resource has gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    resource = models.ForeignKey(Resource, null=True, on_delete=models.SET_NULL, related_name="reveals", db_index=False)
    resource_name = models.CharField(max_length=120)
    part = models.CharField(max_length=20, choices=SecretPart.choices)
    way = models.CharField(max_length=8, choices=RevealWay.choices)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey("tasks.Task", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("secret looked at")
        verbose_name_plural = _("who looked at secrets")
        indexes = [
            models.Index(fields=["team", "-at", "-id"], name="reveal_of_team"),
            models.Index(fields=["resource", "-at", "-id"], name="reveal_of_resource"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.resource_name}"


class SecretToRotate(models.Model):
    """A secret that somebody saw who has left: to be given a new value, and ticked when that was done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="secrets_to_rotate")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resource = models.ForeignKey(Resource, null=True, on_delete=models.SET_NULL, related_name="+")
    resource_name = models.CharField(max_length=120)
    part = models.CharField(max_length=20, choices=SecretPart.choices)
    seen_at = models.DateTimeField()
    listed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("secret to renew")
        verbose_name_plural = _("secrets to renew")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "resource", "part"], condition=models.Q(done_at__isnull=True), name="rotate_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource_name} · {self.person}"
