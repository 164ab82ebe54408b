"""The versions of a brief: when and why each came about, and what differs between two of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from delegation.workflow import Action, Role
from tasks.brief import Change, difference
from tasks.models import BriefVersion, Event, Task, Turn
from tasks.queries import PAGE_SIZE
from tasks.timeline import sentence_of

TOLERANCE = "tolerance-used"


@dataclass(frozen=True)
class VersionLine:
    """One version in the list. `sentence`: what brought it about, in the reader's language; empty for a first offer."""

    version: BriefVersion
    sentence: str

    @property
    def before(self) -> int:
        """The number of the version before it; 0 for the first."""
        return self.version.number - 1


def version_lines(task: Task, *, below: int | None) -> tuple[list[VersionLine], int | None]:
    """One page of a task's versions, newest first, and below which number the next page begins (None: that is all).

    Two queries, however many there are.
    """
    rows = BriefVersion.objects.filter(task=task).select_related("by").defer("content").order_by("-number")
    found = list((rows.filter(number__lt=below) if below else rows)[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    sentences = _sentences(task, [version.number for version in page])
    lines = [VersionLine(version, sentences.get(version.number, "")) for version in page]
    return lines, page[-1].number if len(found) > PAGE_SIZE else None


def _sentences(task: Task, numbers: Iterable[int]) -> dict[int, str]:
    # The tolerance after the flag that it answered: the later of two sentences about one version is the one to tell.
    events = Event.objects.filter(task=task, kind__in=[*Action, TOLERANCE], data__version__in=list(numbers))
    events = events.exclude(kind=Action.ACKNOWLEDGE).select_related("actor").order_by("id")
    return {event.data["version"]: sentence_of(event) for event in events}


def changes_between(task: Task, first: int, second: int, *, hidden: frozenset[str]) -> list[Change]:
    """What differs between two versions, in reading order. `hidden`: the fields that are not the reader's to see.

    A snapshot knows nothing of what a brief got only later: that counts as empty.
    """
    found = dict(BriefVersion.objects.filter(task=task, number__in=[first, second]).values_list("number", "content"))
    changes = difference(found.get(first, {}), found.get(second, {}))
    return [change for change in changes if change["field"] not in hidden]


def hidden_from(task: Task, role: Role) -> frozenset[str]:
    """What the task was lent is for who may still use it, as on the task's own page."""
    sees_resources = role == Role.ENTREPRENEUR or (role == Role.ASSISTANT and task.is_open)
    return frozenset() if sees_resources else frozenset({"resources"})


def hide(turns: Iterable[Turn], hidden: frozenset[str]) -> None:
    """Take the fields that are not the reader's to see out of the changes that were put to the assistant."""
    for turn in turns:
        if hidden and "changes" in turn.payload:
            shown = [change for change in turn.payload["changes"] if change["field"] not in hidden]
            turn.payload = turn.payload | {"changes": shown}


def chosen_pair(task: Task, was: str | None, now: str | None) -> tuple[int, int]:
    """The two versions to compare, the earlier one first. What is no version of this task stands for the last two."""
    last = task.brief_version
    second = _number(now, last) or last
    first = _number(was, last) or max(1, second - 1)
    return min(first, second), max(first, second)


def _number(text: str | None, last: int) -> int | None:
    if not text or not text.isascii() or not text.isdigit() or len(text) > len(str(last)):
        return None
    number = int(text)
    return number if 1 <= number <= last else None
