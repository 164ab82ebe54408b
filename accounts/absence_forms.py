"""Saying from when to when one is away, and who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Team, User
from accounts.reach_forms import date_field

if TYPE_CHECKING:  # generic in the stubs only
    UserChoiceField = forms.ModelChoiceField[User]
else:
    UserChoiceField = forms.ModelChoiceField


class PersonField(UserChoiceField):
    """Somebody of the team, by their name."""

    def label_from_instance(self, obj: User) -> str:
        return str(obj)

    def to_python(self, value: Any) -> User | None:
        try:
            found: User | None = super().to_python(value)
        except ValidationError:  # also what is no id at all is simply nobody from the list
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None
        return found


class AbsenceForm(forms.Form):
    """Who answers can only be another entrepreneur of the team."""

    first = date_field(label=_("First day"))
    last = date_field(label=_("Last day"), required=False, help_text=_("Empty when it is one day."))
    deputy = PersonField(
        label=_("Who answers for you"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
    )

    def __init__(self, *args: Any, team: Team, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handing_over = User.objects.filter(
            memberships__team=team, memberships__role__in=Role.entrepreneurs(), is_active=True
        )
        deputy = self.fields["deputy"]
        assert isinstance(deputy, PersonField)  # noqa: S101 - for the type checker
        deputy.queryset = handing_over.exclude(pk=user.pk).order_by("name", "email")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("first") and "last" not in self.errors:
            data["last"] = data.get("last") or data["first"]
        return data
