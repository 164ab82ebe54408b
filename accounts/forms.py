"""The forms: fields, lengths and messages; what happens with the values is up to the actions.

allauth imports this module while it loads its own forms, so nothing of allauth may be imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import locales
from accounts.models import Invitation, Role, Team, User

if TYPE_CHECKING:  # generic in the stubs only
    TeamModelForm = forms.ModelForm[Team]
    UserModelForm = forms.ModelForm[User]
else:
    TeamModelForm = UserModelForm = forms.ModelForm


def name_field(**options: Any) -> forms.CharField:
    """A person's name."""
    widget = forms.TextInput(attrs={"autocomplete": "name"})
    return forms.CharField(label=_("Your name"), max_length=120, widget=widget, **options)


class SignupForm(forms.Form):
    """What sign-up asks besides address and password; allauth builds its form on top of this one."""

    field_order = ["name", "business", "email", "password1"]

    name = name_field()
    business = forms.CharField(
        label=_("Your business"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        help_text=_("This is what your team will be called. You can change it later."),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Part of allauth's contract; the adapter has saved everything by now, user and team at once."""


class JoinForm(forms.Form):
    """Making an account from an invitation: the address is that of the invitation."""

    name = name_field()
    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("A short sentence works well: long, and easy to remember."),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if password := data.get("password"):
            try:
                validate_password(password, User(email=self.invitation.email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("They get a mail with a link that works for two weeks, once, and only for this address."),
    )
    role = forms.ChoiceField(
        label=_("As"),
        choices=[
            (Role.ASSISTANT, _("Assistant")),
            (Role.GUEST, _("Guest: sees only their own tasks")),
            (Role.ENTREPRENEUR, _("Entrepreneur: hands over, too")),
        ],
        initial=Role.ASSISTANT,
    )


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in Role.given()],
        widget=forms.Select(attrs={"class": "form-select"}),  # shown in a row, without crispy
    )


class OwnerForm(forms.Form):
    """To which entrepreneur of the team it goes."""

    to = forms.ModelChoiceField(
        label=_("Who becomes the owner?"), queryset=User.objects.none(), empty_label=_("Choose…")
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = User.objects.filter(
            memberships__team=team, memberships__role=Role.ENTREPRENEUR, is_active=True
        ).order_by("name", "email")


class TeamForm(TeamModelForm):
    """A team's settings."""

    class Meta:
        model = Team
        # Not the currency: what was agreed and spent in one would be read in the other.
        fields = ["name", "language", "time_zone"]
        help_texts = {"language": _("Of invitations, to people who have no account yet.")}


class NewTeamForm(forms.Form):
    """Another team for someone who has an account."""

    name = forms.CharField(label=_("What is the team called?"), max_length=120)
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=locales.currencies,
        initial=locales.DEFAULT_CURRENCY,
        help_text=_("All amounts of the team are in it. Once there are amounts, it stays."),
    )


class ProfileForm(UserModelForm):
    """What a person is called, and how words and times are shown to them."""

    name = name_field()

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        help_texts = {
            "language": _("Of the pages and of your mail."),
            "time_zone": _("Times are shown in this zone, also in your mail."),
        }
