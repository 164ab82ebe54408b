"""The example files of a brief: its part of the hand-over form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from tasks.examples import examples_of
from tasks.forms.files import ManyFilesField
from tasks.models import StoredFile, Task


class ExamplesOfBrief(forms.Form):
    """Files that show what is meant: new ones, and a tick for each that is there to stay."""

    example_files = ManyFilesField(
        label=_("Files that show what you mean"),
        help_text=_("A file with the name of one that is here already becomes its next version."),
    )
    task: Task | None
    team: Team
    by: User
    examples: list[StoredFile]

    def begin_examples(self) -> None:
        """What is there stays unless its tick is taken away."""
        field = self.fields["example_files"]
        assert isinstance(field, ManyFilesField)  # noqa: S101
        field.begin(by=self.by, team=self.team)
        self.examples = list(examples_of(self.task)) if self.task else []
        if self.examples:
            names = [(str(stored.pk), stored.name) for stored in self.examples]
            self.fields["keep_examples"] = forms.MultipleChoiceField(
                label=_("These stay"),
                choices=names,
                required=False,
                initial=[key for key, _name in names],
                widget=forms.CheckboxSelectMultiple,
            )

    def kept_examples(self) -> list[StoredFile]:
        """Those that stay."""
        wanted: Any = self.cleaned_data.get("keep_examples", [])
        return [stored for stored in self.examples if str(stored.pk) in wanted]
