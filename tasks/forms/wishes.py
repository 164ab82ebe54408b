"""The forms of the tray."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from delegation.wishes import read_wish
from tasks.actions.wishes import MOST_TEXT
from tasks.forms.actions import ActionForm
from tasks.forms.fields import HoursField, MoneyField, WordsField, text_area
from tasks.models import Wish, WishState

MOST_SHOWN = 50


class WishForm(forms.Form):
    """One line, with its price tag in fields of its own or at the end of the line."""

    text = WordsField(
        label=_("What came up?"),
        max_length=MOST_TEXT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("One line. An estimate at the end is read along: extra vegan menu 2h €40."),
    )
    minutes = HoursField(label=_("Hours"))
    amount = MoneyField(label=_("Money"))
    new_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        """`team`: whose tray it is; amounts are in its currency."""
        self.team = team
        super().__init__(*args, **kwargs)
        self.initial.setdefault("new_id", uuid4())

    def clean(self) -> dict[str, Any]:
        """Take the price tag out of the line, as far as it was not filled in beside it."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        found = read_wish(
            cleaned["text"],
            currency=self.team.currency,
            time=cleaned["minutes"] is None,
            money=cleaned["amount"] is None,
        )
        return cleaned | {
            "text": found.text,
            "minutes": found.minutes or cleaned["minutes"] or None,
            "amount": found.amount or cleaned["amount"] or None,
        }


class DropWishForm(forms.Form):
    text = text_area(_("A few words (optional)"), rows=2, help_text=_("For whoever wished it."), most=1000)


class StillThereField(forms.ChoiceField):
    """A choice that may have gone while the page was open: that is no wrong choice, and the action says what it is."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).strip()

    def valid_value(self, value: Any) -> bool:
        return True


class SwapWishForm(ActionForm):
    """Which wish comes in, and what goes out for it. `choices`: the task's open wishes, as (id, text)."""

    wish = StillThereField(label=_("What comes in?"), widget=forms.RadioSelect)
    drop = StillThereField(label=_("What is dropped for it?"), widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label=_("The wish"),
        choices=[("could", _("could be in it: it goes first when time runs short")), ("must", _("must be in it"))],
        initial="could",
        widget=forms.RadioSelect,
    )
    text = text_area(_("A few words (optional)"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wishes = Wish.objects.filter(task=self.task, state=WishState.OPEN).order_by("-created_at", "-id")
        self.choices = [(str(key), text) for key, text in wishes.values_list("pk", "text")[:MOST_SHOWN]]
        self.items = [(item, item) for item in dict.fromkeys(self.task.could_items)]
        for name, choices in (("wish", self.choices), ("drop", self.items)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = choices
        if len(self.choices) == 1:
            self.initial.setdefault("wish", self.choices[0][0])

    def clean_wish(self) -> UUID:
        try:
            return UUID(self.cleaned_data["wish"])
        except ValueError as error:
            raise forms.ValidationError(_("Choose one of the wishes."), code="invalid_choice") from error
