"""The form for a resource of the team: on its own page, and inside the brief.

Inside another form: `ResourceForm(data, files, by=, now=, prefix="resource", optional=True)`, whose fields are called
`resource_kind`, `resource_password` and so on. `is_given()`: whether anything was filled in; a form that is optional
and empty is valid. `values()`: what the actions of tasks/actions/resources.py want, besides who, when and the file.

The views are decorated with `sensitive_post_parameters()`, and whatever sends the form while somebody types leaves the
fields of `secret_names` out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tasks.forms.fields import WordsField, text_area
from tasks.forms.files import OneFileField
from tasks.forms.secret_fields import Given, Keeping, SecretField
from tasks.models import Resource, ResourceKind, SecretPart
from tasks.one_time_codes import UnreadableSecret, normal_form

# No password manager is to fill in the writer's own.
QUIET = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
REMOVE = {SecretPart.PASSWORD: _("Remove the password"), SecretPart.ONE_TIME_CODE: _("Remove the one-time codes")}
STAYS = {
    SecretPart.PASSWORD: _("There is a password already. Leave this empty to keep it."),
    SecretPart.ONE_TIME_CODE: _("There is one, and it is never shown again. Leave this empty to keep it."),
}


class WebAddressField(forms.URLField):
    """An address of the web; without a scheme it is taken for https."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        if "@" in urlsplit(address).netloc:
            raise ValidationError(_("Leave the user name and the password out of the address."), code="with_password")
        return address


class ResourceForm(forms.Form):
    """Something to give once. A login has fields of its own, and two secrets."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ResourceKind.choices)
    name = WordsField(label=_("Name"), max_length=120)
    user_name = WordsField(label=_("User name"), max_length=200, required=False, widget=forms.TextInput(QUIET))
    web_address = WebAddressField(
        label=_("Web address"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(QUIET),
        error_messages={"invalid": _("This is not an address of the web. Write it like https://example.com.")},
    )
    password = SecretField(label=_("Password"))
    one_time_code = SecretField(
        label=_("Key for one-time codes"),
        help_text=_(
            "What the site shows when you set up two-step login: the key, or the address otpauth://... in its QR code. "
            "Your assistant gets the code of the moment, never the key."
        ),
    )
    asks_reason = forms.BooleanField(
        label=_("Ask my assistant why, each time"),
        required=False,
        help_text=_("Before a password or code is shown or copied. You read the answer under “Who saw it”."),
    )
    content = text_area(
        _("Content"),
        help_text=_(
            "The address, the colours, the link or the note itself. For a login only an explanation, no password."
        ),
    )
    file = OneFileField(label=_("File"))

    def __init__(
        self,
        *args: Any,
        by: User,
        now: datetime,
        resource: Resource | None = None,
        optional: bool = False,
        **kwargs: Any,
    ) -> None:
        """`resource`: the one that is corrected, if any; its secrets stay unless something is said about them."""
        self.resource, self.optional = resource, optional
        if resource:
            names = ("kind", "name", "content", "user_name", "web_address", "asks_reason")
            kwargs["initial"] = {name: getattr(resource, name) for name in names} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.there = set(resource.secrets.values_list("part", flat=True)) if resource else set()
        keeping = Keeping(by, f"resource:{resource.pk if resource else ''}", now)
        for part in SecretPart:
            field = self._secret(part)
            field.begin(keeping, there=part in self.there, remove=REMOVE[part])
            if part in self.there:
                field.help_text = STAYS[part]
        if optional:
            kind = self.fields["kind"]
            assert isinstance(kind, forms.ChoiceField)  # noqa: S101
            kind.choices = [("", "…"), *ResourceKind.choices]
            for field_ in self.fields.values():
                field_.required = False

    def add_prefix(self, field_name: str) -> str:
        """With an underscore, as all names of fields have it."""
        return f"{self.prefix}_{field_name}" if self.prefix else field_name

    @property
    def secret_names(self) -> list[str]:
        """What the fields that hold secrets are called on the page."""
        return [self.add_prefix(part) for part in SecretPart]

    def is_given(self) -> bool:
        """Whether anything was filled in. Of a form that is not optional: always."""
        return not self.optional or any(self._was_given(name) for name in self.fields)

    def _was_given(self, name: str) -> bool:
        data = self[name].data
        return bool(data.kept) if isinstance(data, Given) else bool(data)

    def values(self) -> dict[str, Any]:
        """What was filled in, for the actions. `secrets`: by part, "" for one that goes; what is not in it stays."""
        names = ("kind", "name", "content", "user_name", "web_address", "asks_reason")
        secrets = {str(part): self.cleaned_data[part] for part in SecretPart}
        return {name: self.cleaned_data[name] for name in names} | {
            "secrets": {part: text for part, text in secrets.items() if text is not None}
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.is_given():
            return cleaned
        if self.optional:
            self._clean_required(cleaned)
        match cleaned.get("kind"):
            case ResourceKind.LOGIN:
                self._clean_login(cleaned)
            case ResourceKind.FILE:
                self._clean_file(cleaned)
            case str(kind) if kind and not cleaned.get("content") and "content" not in self.errors:
                self.add_error("content", _("Fill in what it is."))
        return cleaned

    def _clean_required(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("What kind of resource is it?"))
        if not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Give it a name, so that you can find it again."))

    def _clean_file(self, cleaned: dict[str, Any]) -> None:
        has_file = cleaned.get("file") or (self.resource and self.resource.stored_file_id)
        if not has_file and "file" not in self.errors:
            self.add_error("file", _("Choose a file."))

    def _clean_login(self, cleaned: dict[str, Any]) -> None:
        """A login holds something, and codes can be made of what is given to make them from."""
        if cleaned.get("one_time_code"):
            try:
                cleaned["one_time_code"] = normal_form(cleaned["one_time_code"])
            except UnreadableSecret as error:
                self.add_error("one_time_code", str(error.text))
        stays = any(cleaned.get(part) is None for part in self.there)
        names = ("user_name", "web_address", *SecretPart)
        if not stays and not any(cleaned.get(name) or name in self.errors for name in names):
            self.add_error("user_name", _("Fill in at least a user name, an address or a password."))

    def _secret(self, part: str) -> SecretField:
        field = self.fields[part]
        assert isinstance(field, SecretField)  # noqa: S101
        return field
