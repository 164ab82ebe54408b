"""What a brief needs: its part of the hand-over form. Chosen from what the team has, or given on the spot."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.ids import id_in
from accounts.models import Team, User
from tasks.forms.resources import ResourceForm
from tasks.lending import MOST_SEARCHED, clean_search
from tasks.models import Resource, SecretPart, Task
from tasks.picking import Picker, Writing, picker_of


class ResourcesOfBrief(forms.Form):
    """The resources that were chosen, a search, and a form within the form for something new.

    Nobody is shown all that a team has: the page has those of `picker`, and any other of the team is accepted too.
    """

    resources = forms.ModelMultipleChoiceField(
        label=_("Resources for this task"), queryset=Resource.objects.none(), required=False
    )
    resource_search = forms.CharField(
        label=_("Search resources"),
        required=False,
        widget=forms.TextInput(
            {"type": "search", "autocomplete": "off", "maxlength": str(MOST_SEARCHED), "class": "form-control"}
        ),
    )
    team: Team
    task: Task | None
    new_resource: ResourceForm

    def begin_resources(self, *, by: User, now: datetime) -> None:
        """Only what is the team's own can be chosen."""
        chosen = self.fields["resources"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)  # noqa: S101
        chosen.queryset = self.team.resources.only("team_id", "kind", "name")
        data, files = (self.data, self.files) if self.is_bound else (None, None)
        self.new_resource = ResourceForm(data, files, by=by, now=now, prefix="resource", optional=True)

    def clean_resource_search(self) -> str:
        """What to look for; it is not kept with the brief."""
        return clean_search(self.cleaned_data["resource_search"])

    def clean_new_resource(self) -> None:
        """Half a resource is asked about: what is wrong with the form within is wrong with this one."""
        for name, errors in self.new_resource.errors.items():
            self.errors[self.new_resource.add_prefix(name)] = errors

    def hold_back_errors(self) -> None:
        """While somebody only looks for something, nothing is wrong yet."""
        self.is_valid()
        self.errors.clear()
        self.new_resource.errors.clear()
        self.fields["resource_search"].widget.attrs["autofocus"] = True

    def picker(self) -> Picker:
        """What can be chosen from, as the brief stands now. Whether it was searched: when there is a search."""
        search = clean_search(str(self["resource_search"].value() or ""))
        return picker_of(self.team, self._writing(), chosen=self._chosen_ids(), search=search)

    def _writing(self) -> Writing:
        """Of a brief that was handed over, level and assistant are not in the form."""
        task = self.task
        level = self["level"].value() if "level" in self.fields else task and task.level
        assistant = self["assistant"].value() if "assistant" in self.fields else task and task.assistant_id
        return Writing(
            title=str(self["title"].value() or ""),
            level=str(level or ""),
            assistant_id=id_in(getattr(assistant, "pk", assistant)),
            task_id=task.pk if task else None,
        )

    def _chosen_ids(self) -> list[UUID]:
        values = self["resources"].value() or []
        return [key for value in values if (key := id_in(getattr(value, "pk", value)))]

    def typed_in_resource(self) -> list[str]:
        """The texts of something new, without its secrets, for a page that gives back what was typed."""
        values = getattr(self.new_resource, "cleaned_data", {})
        return [text for name, text in values.items() if isinstance(text, str) and text and name not in SecretPart]


class PickerForm(ResourcesOfBrief):
    """As much of a brief as says what it may need, for what can be chosen from while one types."""

    title = forms.CharField(required=False)
    level = forms.CharField(required=False)
    assistant = forms.CharField(required=False)

    def __init__(self, *args: Any, team: Team, task: Task | None, **kwargs: Any) -> None:
        """`task`: the one that is edited, if any."""
        self.team, self.task = team, task
        super().__init__(*args, **kwargs)
        if task and task.state != "draft":
            del self.fields["level"]
            del self.fields["assistant"]
