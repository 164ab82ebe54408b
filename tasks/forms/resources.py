"""The form for a resource of the team."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.forms.brief import check_field
from tasks.forms.fields import WordsField, text_area
from tasks.models import Resource, ResourceKind


class ResourceForm(forms.Form):
    """Something to give once. Passwords have no place here yet, and the form says so."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ResourceKind.choices)
    name = WordsField(label=_("Name"), max_length=120)
    content = text_area(_("Content"), help_text=_("The address, the colours, the link or the note itself."))
    file = forms.FileField(label=_("File"), required=False)

    def __init__(self, *args: Any, resource: Resource | None = None, **kwargs: Any) -> None:
        """`resource`: the one that is corrected, if any."""
        self.resource = resource
        if resource:
            kwargs["initial"] = {"kind": resource.kind, "name": resource.name, "content": resource.content}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("file"):
            check_field(self, "file", cleaned["file"])
        has_file = cleaned.get("file") or (self.resource and self.resource.stored_file_id)
        if cleaned.get("kind") == ResourceKind.FILE and not has_file and "file" not in self.errors:
            self.add_error("file", _("Choose a file."))
        elif cleaned.get("kind") not in {None, ResourceKind.FILE} and not cleaned.get("content"):
            self.add_error("content", _("Fill in what it is."))
        return cleaned
