"""The forms for when and how somebody is reached. Without JavaScript; each mistake is told beside its field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts import locales
from accounts.models import KIND_NAMES, USUALLY, How, MessageKind, User

# A longer absence is said in several parts; a typing error in the year is not.
LONGEST_DAYS_OFF = timedelta(days=366)
MOST_DAYS_OFF = 100
MISSING_END = _("Fill in the other time too, or empty both.")
SAME_TIMES = _("These two times are the same. Which one did you mean to change?")


def time_field(**options: Any) -> forms.TimeField:
    """A time on the clock; browsers that know how show a clock of their own."""
    widget = forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M")
    errors = {"invalid": _("This is no time. Write it like 17:30.")}
    return forms.TimeField(widget=widget, error_messages=errors, **options)


def date_field(**options: Any) -> forms.DateField:
    """A day; browsers that know how show a calendar of their own."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    errors = {"invalid": _("This is no date. Write it like 2026-12-24.")}
    return forms.DateField(widget=widget, error_messages=errors, **options)


def check_pair(form: forms.Form, start: str, end: str) -> tuple[time, time] | None:
    """The two times of a pair; None when both are empty or one of them is wrong, which is told beside it."""
    first, last = form.cleaned_data.get(start), form.cleaned_data.get(end)
    if start in form.errors or end in form.errors or (first is None and last is None):
        return None
    if first is None or last is None:
        form.add_error(start if first is None else end, MISSING_END)
        return None
    if first == last:
        form.add_error(end, SAME_TIMES)
        return None
    return first, last


class WorkingTimeForm(forms.Form):
    """From and until for each day of the week, and the country of the public holidays."""

    country = forms.ChoiceField(
        label=_("Public holidays of"),
        required=False,
        choices=lambda: [("", _("No country")), *locales.countries()],
        help_text=_("On those days nobody asks you anything, and mail waits until the day after."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].initial = user.country
        for day, span in enumerate(user.hours):
            start, end = span or (None, None)
            self.fields[f"from_{day}"] = time_field(label=_("From"), required=False, initial=start)
            self.fields[f"until_{day}"] = time_field(label=_("Until"), required=False, initial=end)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["hours"] = [check_pair(self, f"from_{day}", f"until_{day}") for day in WEEKDAYS]
        return data

    @property
    def days(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """The days as the page shows them: name, from, until."""
        for day, name in WEEKDAYS.items():
            yield str(name), self[f"from_{day}"], self[f"until_{day}"]


class DaysOffForm(forms.Form):
    """A first and a last day; one day off needs no last one."""

    first = date_field(label=_("First day"))
    last = date_field(label=_("Last day"), required=False, help_text=_("Empty when it is one day."))

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first is None or "last" in self.errors:
            return data
        data["last"] = last = last or first
        if last < first:
            self.add_error("last", _("The last day comes before the first one."))
        elif last < self.today:
            self.add_error("last" if last != first else "first", _("These days are over."))
        elif last - first > LONGEST_DAYS_OFF:
            self.add_error("last", _("That is more than a year. Is the year right?"))
        elif self.user.days_off.filter(last__gte=self.today).count() >= MOST_DAYS_OFF:
            self.add_error("first", _("So many days off stand here already. Remove some first."))
        return data


class MessageChoicesForm(forms.Form):
    """How each kind of message reaches somebody, and when it does not."""

    digest_at = time_field(
        label=_("The daily summary comes at"),
        help_text=_("On a day off it waits for the next day, and in quiet hours until they end."),
    )
    quiet_from = time_field(label=_("Quiet from"), required=False)
    quiet_until = time_field(label=_("Quiet until"), required=False)
    urgent_passes = forms.BooleanField(
        label=_("Urgent ones may pass"),
        required=False,
        help_text=_("A signal about money or time, somebody who is stuck: those come at once, also at night."),
    )

    def __init__(self, *args: Any, user: User, how: dict[str, How], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("digest_at", "quiet_from", "quiet_until", "urgent_passes"):
            self.fields[name].initial = getattr(user, name)
        for kind in USUALLY:
            label = KIND_NAMES[MessageKind(kind)]
            self.fields[f"how_{kind}"] = forms.ChoiceField(label=label, choices=How.choices, initial=how[kind])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        check_pair(self, "quiet_from", "quiet_until")
        data["how"] = {kind: How(data[f"how_{kind}"]) for kind in USUALLY if f"how_{kind}" in data}
        return data

    @property
    def kinds(self) -> list[BoundField]:
        """The choice for each kind of message."""
        return [self[f"how_{kind}"] for kind in USUALLY]
