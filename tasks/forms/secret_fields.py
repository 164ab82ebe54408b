"""A field for a secret: what is typed in it is never written back into a page.

After a mistake elsewhere in the form it comes along sealed, for half an hour, for the same person and the same form. So
nothing that was typed is lost, and nobody who sees the page's source can read it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sealing import SealError, seal, unseal

KEPT_FOR = timedelta(minutes=30)
LONGEST = 4_000  # characters
# Beyond this it is no secret, and a page should not carry it about.
MOST_KEPT = 20_000


class Given(NamedTuple):
    """What came of a secret field: what was typed, sealed, and whether the secret is to go."""

    name: str = ""
    kept: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Keeping:
    """Seals what somebody typed for the next try with the same form."""

    person: User
    form: str
    now: datetime

    def keep(self, name: str, text: str) -> str:
        """What is typed in the field of this name, sealed."""
        return seal(json.dumps([self.now.timestamp(), text[:MOST_KEPT]]), purpose=self._purpose(name))

    def kept(self, name: str, sealed: str) -> str | None:
        """What was typed; None when it is not theirs to open, or too old."""
        try:
            at, text = json.loads(unseal(sealed, purpose=self._purpose(name)))
        except SealError:
            return None
        return str(text) if at >= (self.now - KEPT_FOR).timestamp() else None

    def _purpose(self, name: str) -> str:
        return f"typed:{self.person.pk}:{self.form}:{name}"


class SecretInput(forms.PasswordInput):
    """An input, a tick that removes the secret, and what was typed before, sealed. Its value is a `Given`."""

    template_name = "tasks/secret_input.html"
    # Set by the form, which knows who is typing: whether there is a secret, and what the tick is called.
    keeping: Keeping
    there = False
    remove: Any = ""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "new-password", "spellcheck": "false", "autocapitalize": "off"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Given:
        """Sealed before anything else sees it."""
        typed = data.get(name)
        kept = self.keeping.keep(name, typed) if typed else data.get(f"{name}_kept", "")
        return Given(name, kept, gone=bool(data.get(f"{name}_gone")))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        given = value if isinstance(value, Given) else Given()
        readable = bool(given.kept) and self.keeping.kept(name, given.kept) is not None
        context = super().get_context(name, None, attrs)
        context["widget"] |= {
            "kept": given.kept if readable else "",
            "removable": self.there or readable,
            "remove": self.remove if self.there else _("Leave it out after all"),
            "gone": given.gone,
        }
        return context


class SecretField(forms.CharField):
    """-> the new secret; "" when it is to go; None when nothing was said about it."""

    widget: type[SecretInput] = SecretInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, max_length=LONGEST, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # too much is refused in words, see WordsField

    def begin(self, keeping: Keeping, *, there: bool, remove: Any) -> None:
        """Say who types in it, whether there is a secret already, and what the tick that removes it is called."""
        self.keeping = keeping
        widget: Any = self.widget  # an instance by now
        widget.keeping, widget.there, widget.remove = keeping, there, remove

    def clean(self, value: Any) -> Any:
        given: Given = value
        if not given.kept:
            return "" if given.gone else None
        if given.gone:
            both = _("A new one, or none? Choose one of the two: empty the field or untick the box.")
            raise ValidationError(both, code="both")
        text = self.keeping.kept(given.name, given.kept)
        if text is None:
            raise ValidationError(_("What you typed is kept for half an hour only. Type it once more."), code="old")
        return super().clean(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.kept or data.gone)
