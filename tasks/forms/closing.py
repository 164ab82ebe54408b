"""Deleting: something is typed over, so that nobody does it by mistake."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class TypeOverForm(forms.Form):
    """What is typed has to be the text given; capitals and spaces around it make no difference."""

    typed = forms.CharField(max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, asked: str, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.fields["typed"].label = label

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        if " ".join(typed.split()).casefold() != " ".join(self.asked.split()).casefold():
            raise forms.ValidationError(_("That is not the same. Type it over exactly, or leave it as it is."))
        return typed
