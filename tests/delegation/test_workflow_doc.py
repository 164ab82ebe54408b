"""docs/workflow.md says what the table says."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from delegation.workflow import REFUSALS, TABLE, State
from delegation.workflow_doc import workflow_doc

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "workflow.md"


def test_the_page_in_docs_is_current() -> None:
    assert PAGE.read_text() == workflow_doc(), "run: python manage.py workflow_doc > docs/workflow.md"


def test_the_command_prints_the_page() -> None:
    printed = StringIO()
    call_command("workflow_doc", stdout=printed)
    assert printed.getvalue() == workflow_doc()


def test_it_names_every_state_action_and_refusal() -> None:
    page = workflow_doc()
    assert all(f"`{name}`" in page for name in [*State, *TABLE, *REFUSALS])


def test_the_diagram_shows_the_moves_and_not_what_leaves_a_task_in_place() -> None:
    diagram = workflow_doc().split("```")[1]
    assert "    draft --> offered: delegate\n" in diagram
    assert "    in_progress --> done: deliver\n" in diagram
    assert "    flagged --> offered: give-more, swap, hold, reassign\n" in diagram
    assert "tick-step" not in diagram
    assert "    stopped --> [*]" in diagram
