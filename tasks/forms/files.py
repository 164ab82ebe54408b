"""Fields that take files: each is looked at, by what is in it, before anything is done with it.

A browser forgets the files that were chosen when a form comes back with a question. So what was fine is kept for a day
as a file of nothing yet, which only who sent it can name, by a signed token in the form (`keep_files`). Where that
can't be, the page says which are to be chosen again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from tasks.file_limits import MOST_FILES, check_sizes
from tasks.file_names import clean_name
from tasks.file_types import check_file
from tasks.file_versions import deliveries_of
from tasks.files_away import NotStored
from tasks.models import StoredFile, Task
from tasks.uploads import Given, store, waiting_files


@dataclass(frozen=True)
class KeptFile:
    """A file that is here already, while its form is not sent yet."""

    token: str
    name: str
    size: int


class OneFileField(forms.FileField):
    """One file -> the upload, of a kind that people may hand over."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload:
            check_file(upload)
        return upload


@dataclass(frozen=True)
class Chosen:
    """What came in: new files, and tokens of those that were kept."""

    uploads: list[Any]
    tokens: list[str]


class ManyFilesInput(forms.ClearableFileInput):
    """A file input for several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        uploads = files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []
        tokens = data.getlist(kept_name(name)) if hasattr(data, "getlist") else data.get(kept_name(name)) or []
        return Chosen(uploads if isinstance(uploads, list) else [uploads], list(tokens))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and kept_name(name) not in data


def kept_name(name: str) -> str:
    """Under which name the tokens for a field are sent."""
    return f"{name}_kept"


class ManyFilesField(forms.FileField):
    """Several files -> list of uploads, and of those that were kept, each of a kind that people may hand over."""

    most_files = MOST_FILES

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=ManyFilesInput(), **kwargs)
        self.by: User | None = None
        self.team: Team | None = None
        self.fine: list[Given] = []

    def begin(self, *, by: User, team: Team) -> None:
        """Whose files these are, and where they go; without it none are kept."""
        self.by, self.team = by, team

    def clean(self, data: Any, initial: Any = None) -> Any:
        chosen = (
            data if isinstance(data, Chosen) else Chosen(data if isinstance(data, list) else [data] * bool(data), [])
        )
        kept = self._kept(chosen.tokens)
        self.fine = [*kept]
        uploads = [super(ManyFilesField, self).clean(upload, initial) for upload in chosen.uploads]
        check_sizes([*kept, *uploads])
        problems: list[ValidationError] = []
        for upload in uploads:
            try:
                check_file(upload)
                self.fine.append(upload)
            except ValidationError as problem:  # each file has its own sentence
                problems.append(problem)
        if problems:
            raise ValidationError(problems)
        return self.fine

    def has_changed(self, initial: Any, data: Any) -> bool:
        return isinstance(data, Chosen) and bool(data.uploads or data.tokens)

    def keep(self, *, now: datetime) -> list[KeptFile]:
        """Keep what was fine until the form is sent again. Raises NotStored."""
        if self.by is None or self.team is None:
            return []
        rows = [row for row in self.fine if isinstance(row, StoredFile)]
        uploads = [upload for upload in self.fine if isinstance(upload, UploadedFile)]
        rows += store(uploads, team=self.team, task=None, by=self.by, now=now, versions=False)
        salt = _salt(self.by)
        self.fine = [*rows]
        return [KeptFile(signing.dumps(str(row.pk), salt=salt), row.name, row.size) for row in rows]

    def _kept(self, tokens: Sequence[str]) -> list[StoredFile]:
        """The files behind tokens that are ours, of this person, and not used yet."""
        if self.by is None or self.team is None or not tokens:
            return []
        ids: list[str] = []
        for token in tokens[:MOST_FILES]:
            try:
                ids.append(str(signing.loads(token, salt=_salt(self.by))))
            except signing.BadSignature:
                continue
        return list(waiting_files(self.team, self.by).filter(pk__in=ids).order_by("created_at", "name"))


def _salt(by: User) -> str:
    return f"kept file of {by.pk}"


def keep_files(form: forms.Form, *, now: datetime) -> None:
    """Before a form is shown again: keep its files, as `kept` of the field; `lost` names those to be chosen again.

    What keeps the files may be away: then all of them must.
    """
    for name, field in form.fields.items():
        if not isinstance(field, forms.FileField):
            continue
        sent = [clean_name(upload.name) for upload in form.files.getlist(form.add_prefix(name))] if form.files else []
        kept: list[KeptFile] = []
        if isinstance(field, ManyFilesField):
            try:
                kept = field.keep(now=now)
            except NotStored:
                kept = []
        here = [each.name for each in kept]
        field.kept = kept  # type: ignore[attr-defined]  # for the page
        field.lost = [each for each in sent if each not in here]  # type: ignore[attr-defined]


class DeliversFiles(forms.Form):
    """For a form with `attachments` to a task: what one file is the next version of, where that has another name."""

    task: Task
    by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attachments = self.fields["attachments"]
        assert isinstance(attachments, ManyFilesField)  # noqa: S101
        attachments.begin(by=self.by, team=self.task.team)
        there = deliveries_of(self.task)
        if there.exists():
            self.fields["version_of"] = forms.ModelChoiceField(
                label=_("It is the next version of"),
                queryset=there,
                required=False,
                empty_label=_("The file with the same name, if there is one"),
                error_messages={"invalid_choice": _("There is a newer version of this file. Choose that one.")},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wrong = cleaned.get("version_of") and "attachments" not in self.errors
        if wrong and len(cleaned.get("attachments") or []) != 1:
            self.add_error("version_of", _("Choose one file with it: the new version."))
        return cleaned
