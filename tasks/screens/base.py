"""One action on a task as people meet it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from delegation.workflow import Action
from tasks.forms.actions import ActionForm, NoteForm
from tasks.runs import Run


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One action as people meet it.

    `action`: what the transition table is asked about. `run`: calls the action with the form's values and with who, on
    what task, when and seeing which revision. `template`: only for forms that need a layout of their own.
    """

    action: Action
    title: Promise
    button: Promise
    done: Promise
    run: Run
    form: type[ActionForm] = NoteForm
    template: str = "tasks/action.html"
    danger: bool = False
    quiet: bool = False
    lede: Promise | str = field(default="")
    # Where what is said when it is done depends on what was filled in; else `done`.
    said: Callable[[Any], str] | None = None
