"""The forms for time: starting the timer, logging by hand, putting an entry right."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from delegation.clock_times import SkippedTime, Spell, spell_of
from tasks.actions.entries import needs_reason
from tasks.actions.timing import Stopped
from tasks.entry_rules import NO_TIME, Worked, Wrong, wrong_with
from tasks.forms.actions import ActionForm
from tasks.forms.effort import LogForm
from tasks.forms.fields import HoursField, text_area
from tasks.models import EntryState, TimeEntry
from tasks.models.effort import MINUTES_A_DAY
from tasks.templatetags.handover import hours

SAY_HOW_LONG = _("Say how long it was, or from when until when.")
SAY_BOTH = _("Say both: from when, and until when.")
THE_SAME = _("From and until are the same time.")


class StartTimerForm(ActionForm):
    """Asks nothing. `stopped`: the timer that ran before, once this one has started."""

    stopped: Stopped | None = None


class _ClockField(forms.TimeField):
    """A time of day, as browsers send it and as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%H"],
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"invalid": _("This can't be read as a time. Write it like 9:30.")},
            **kwargs,
        )


class WorkForm(ActionForm):
    """How long, or from when until when, on somebody's own clock. `worked`: what was read, once the form is valid."""

    minutes = HoursField(label=_("How long?"), help_text=_("1:30, 1.5 hours or 90 min. A bare number is hours."))
    from_time = _ClockField(label=_("Or from"))
    until = _ClockField(label=_("Until"), help_text=_("Earlier than from: on the day after."))
    day = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = text_area(_("What did you do?"), rows=2, help_text=_("A few words are enough, or none."))

    replaces: TimeEntry | None = None
    worked: Worked | None = None
    spell: Spell | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", self.now.astimezone(self.by.zone).date())

    def clean(self) -> dict[str, Any]:
        """Read the time, and say beside its field what is wrong with it. What was typed stays."""
        super().clean()
        if not set(self.errors) & {"minutes", "from_time", "until", "day"}:
            self.worked = self._read()
            if self.worked is not None:
                wrong = wrong_with(self.worked, task=self.task, by=self.by, now=self.now, entry=self.replaces)
                if wrong is not None:
                    self._say(wrong)
        return self.cleaned_data

    def _read(self) -> Worked | None:
        data = self.cleaned_data
        begin, until, minutes = data["from_time"], data["until"], data["minutes"]
        if begin is None and until is None:
            if minutes is None:
                self.add_error("minutes", SAY_HOW_LONG)
                return None
            if not 1 <= minutes <= MINUTES_A_DAY:
                self.add_error("minutes", NO_TIME)
                return None
            return Worked(minutes=minutes, day=data["day"])
        if begin is None or until is None:
            self.add_error("from_time" if begin is None else "until", SAY_BOTH)
            return None
        if begin == until:
            self.add_error("until", THE_SAME)
            return None
        return self._by_the_clock(begin, until)

    def _by_the_clock(self, begin: time, until: time) -> Worked | None:
        try:
            spell = spell_of(self.cleaned_data["day"], begin, until, self.by.zone)
        except SkippedTime as skipped:
            text = gettext("%(at)s did not come that night: the clocks went from %(before)s to %(after)s.")
            values = {name: f"{getattr(skipped, name):%H:%M}" for name in ("at", "before", "after")}
            self.add_error("from_time" if skipped.at == begin else "until", text % values)
            return None
        except OverflowError:
            self.add_error("day", self.fields["day"].error_messages["invalid"])
            return None
        minutes = self.cleaned_data["minutes"]
        if minutes not in {None, spell.minutes}:
            values = {"from": f"{begin:%H:%M}", "until": f"{until:%H:%M}", "time": hours(spell.minutes)}
            text = gettext("From %(from)s to %(until)s is %(time)s. Leave one of the two empty.")
            self.add_error("minutes", text % values)
            return None
        self.spell = spell
        return Worked(minutes=spell.minutes, day=self.cleaned_data["day"], started_at=spell.start, ended_at=spell.end)

    def _say(self, wrong: Wrong) -> None:
        if not wrong.way_out:
            self.add_error(wrong.field, wrong.text)
            return
        link = format_html('{} <a href="{}">{}</a>', wrong.text, wrong.way_out, _("Flag it"))
        self.add_error(wrong.field, forms.ValidationError(link))

    def how_it_was_read(self) -> str:
        """What was made of it, in a sentence or two: "Logged: 3 hours. The clocks changed in between." """
        assert self.worked  # noqa: S101 - the form is valid
        said = [gettext("Logged: %(time)s.") % {"time": hours(self.worked.minutes)}]
        if self.spell is not None:
            end = self.spell.end.astimezone(self.by.zone)
            if end.date() != self.worked.day:
                said.append(gettext("Until %(time)s on the day after.") % {"time": f"{end:%H:%M}"})
            if self.spell.changed:
                said.append(gettext("The clocks changed in between: %(time)s.") % {"time": hours(self.worked.minutes)})
            if self.spell.twice:
                at = f"{self.spell.twice:%H:%M}"
                said.append(gettext("%(time)s came twice that night; the first of the two counts.") % {"time": at})
        return " ".join(said)


class LogWorkForm(WorkForm, LogForm):
    field_order = ["minutes", "from_time", "until", "day", "note"]


class CorrectWorkForm(WorkForm):
    """What an entry should have said. `replaces`: the entry."""

    reason = text_area(_("Why does it change?"), rows=2)

    def __init__(self, *args: Any, entry: TimeEntry, **kwargs: Any) -> None:
        self.replaces = entry
        super().__init__(*args, task=entry.task, initial=self._says(entry, kwargs["by"].zone), **kwargs)
        self.needs_reason = needs_reason(entry, now=self.now)
        if not self.needs_reason:
            del self.fields["reason"]
        self.fields["note"].label = _("What you did")

    @staticmethod
    def _says(entry: TimeEntry, zone: Any) -> dict[str, Any]:
        says: dict[str, Any] = {"day": entry.day, "note": entry.note, "minutes": "", "from_time": None, "until": None}
        if entry.state == EntryState.WAITING:
            return says
        if entry.started_at is None or entry.ended_at is None:
            return says | {"minutes": entry.minutes}
        return says | {"from_time": _clock(entry.started_at, zone), "until": _clock(entry.ended_at, zone)}

    def clean(self) -> dict[str, Any]:
        """As for logging; and why, where that is needed."""
        if self.needs_reason and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("This entry is older than today. Say why it changes."))
        return super().clean()

    def _read(self) -> Worked | None:
        entry = self.replaces
        # The clock of a timer has seconds, which the form doesn't show.
        if entry is not None and entry.state != EntryState.WAITING and self._time_is_as_it_was():
            return Worked.of(entry)
        return super()._read()

    def _time_is_as_it_was(self) -> bool:
        data = self.cleaned_data
        return all(
            (data[name] or None) == (self.initial[name] or None) for name in ("minutes", "from_time", "until", "day")
        )


def _clock(at: datetime, zone: Any) -> time:
    return at.astimezone(zone).time().replace(second=0, microsecond=0)
