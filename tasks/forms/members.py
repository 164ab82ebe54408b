"""What the owner says about a member: up to which level they work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from delegation.levels import LevelKey
from tasks.ceilings import choices


class CeilingForm(forms.Form):
    """The freest level at which work may be handed to somebody; empty: any."""

    ceiling = forms.ChoiceField(label=_("Up to which level?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ceiling"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Any level")), *((level.key.value, level.name) for level in choices())]

    def level(self) -> LevelKey | None:
        """What was chosen; None for any."""
        return LevelKey(self.cleaned_data["ceiling"]) if self.cleaned_data["ceiling"] else None
