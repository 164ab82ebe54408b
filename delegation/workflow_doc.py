"""The transition table as a page to read: docs/workflow.md is this text, and a test keeps it current."""

from collections.abc import Iterable

from delegation.levels import LEVELS, Gate, Level
from delegation.workflow import REFUSALS, RESUME, TABLE, WHOSE_TURN, Action, Role, State, Transition

HEAD = """\
# Workflow

Generated from the transition table in `delegation/workflow.py` with
`python manage.py workflow_doc > docs/workflow.md`. Change the table, not this page.

A task is in one state at a time. Each action leads from a state to a state, for one side, at some levels; anything else
is refused with a reason. Actions that leave a task where it stands (asking, answering, ticking, amending) are in the
table below and not in the diagram."""


def workflow_doc() -> str:
    """The whole page, as Markdown with a Mermaid state diagram."""
    parts = [
        HEAD,
        "## States",
        _table(["State", "Whose turn"], ([f"`{state}`", _turn(role)] for state, role in WHOSE_TURN.items())),
        "```mermaid\n" + "\n".join(_diagram()) + "\n```",
        "## Actions",
        _table(["Action", "By", "From", "To", "Levels"], map(_action, TABLE.values())),
        "## Before the result can be handed in",
        _table(["Level", "What must have happened"], ([_name(level), _gate(level)] for level in LEVELS.values())),
        "## Refusals",
        _table(["Reason", "What the person reads"], ([f"`{why}`", str(text)] for why, text in REFUSALS.items())),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _turn(role: Role | None) -> str:
    return str(role) if role else "nobody's: it is closed"


def _name(level: Level) -> str:
    return f"{level.name} ({level.number})"


def _action(row: Transition) -> list[str]:
    return [
        f"`{row.action}`",
        " or ".join(sorted(row.roles)),
        ", ".join(f"`{state}`" for state in row.to),
        _targets(row),
        _levels(row),
    ]


def _targets(row: Transition) -> str:
    if all(after == before for before, after in row.to.items()):
        return "stays"
    if row.finishing and any(level.accepted_on_delivery for level in _at(row)):
        return f"`{State.DELIVERED}`, or `{State.DONE}` where delivering is enough"
    return ", ".join(dict.fromkeys(f"`{after}`" if after else "where the flag was raised" for after in row.to.values()))


def _at(row: Transition) -> list[Level]:
    return [level for level in LEVELS.values() if row.belongs_to(level)]


def _levels(row: Transition) -> str:
    names = [_name(level) for level in _at(row)]
    return "all" if len(names) == len(LEVELS) else ", ".join(names)


def _gate(level: Level) -> str:
    if level.has_steps:
        return "every step is ticked off"
    return {
        Gate.NONE: "nothing",
        Gate.PROPOSAL: "the last proposal was approved",
        Gate.OPTIONS: "one of the last options was chosen",
    }[level.gate]


def _diagram() -> list[str]:
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    for (before, after), actions in _moves().items():
        lines.append(f"    {before} --> {after}: {', '.join(actions)}")
    return [*lines, *(f"    {state} --> [*]" for state, role in WHOSE_TURN.items() if role is None)]


def _moves() -> dict[tuple[State, State], list[str]]:
    """The actions that move a task, by the two states between which they move it."""
    moves: dict[tuple[State, State], list[str]] = {}
    for row in TABLE.values():
        for before, after in _ends(row):
            if before != after:
                moves.setdefault((before, after), []).append(row.action)
    return moves


def _ends(row: Transition) -> Iterable[tuple[State, State]]:
    for before, after in row.to.items():
        if after is RESUME:
            yield from ((before, raised) for raised in TABLE[Action.FLAG].to)
        else:
            yield before, after
            if row.finishing and any(level.accepted_on_delivery for level in _at(row)):
                yield before, State.DONE
