"""The clarity check: what a brief still lacks at its level, and what is vague in it (SPEC section 3).

Only missing required parts block handing over; all else is advice, and never more than a handful.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from delegation.brief import MISSING, Brief, missing_parts
from delegation.levels import LEVELS, LevelKey, Part

MOST_TIPS = 4

# Words that mean something else to everyone who reads them.
VAGUE = re.compile(
    r"(?i)\b(soon|nice|nicely|asap|quickly|some|several|good|better|cheap|modern|etc|"
    r"snel|gauw|mooi|mooie|leuk|leuke|netjes|zsm|enkele|goed|goede|beter|betere|goedkoop|goedkope|enzovoort)\b"
)


class Kind(StrEnum):
    """How much a remark weighs."""

    OK = "ok"
    NEED = "need"
    TIP = "tip"


@dataclass(frozen=True)
class Remark:
    """One line of the clarity check. `word` is the vague word that it is about, if any."""

    kind: Kind
    text: Promise
    word: str = ""


def check(brief: Brief) -> list[Remark]:
    """What is there, what is missing and what could be clearer, in that order."""
    missing = missing_parts(brief)
    held = [
        Remark(Kind.OK, HELD[part]) for part in Part if part in LEVELS[brief.level].required and part not in missing
    ]
    needs = [Remark(Kind.NEED, MISSING[part]) for part in missing]
    return held + needs + _tips(brief, missing)[:MOST_TIPS]


HELD: dict[Part, Promise] = {
    Part.DELIVERABLE: _("It is clear what you get back."),
    Part.LIMIT: _("There is a limit to work within."),
    Part.CRITERIA: _("It is clear when it has succeeded."),
    Part.PURPOSE: _("It is clear what the findings are for."),
    Part.STEPS: _("The steps are written down."),
}


def _tips(brief: Brief, missing: list[Part]) -> list[Remark]:
    tips: list[Remark] = []
    if brief.level == LevelKey.RESEARCH and brief.purpose_open and not brief.purpose.strip():
        tips.append(Remark(Kind.TIP, _("You keep the purpose open. The findings will be poorer for it.")))
    words = f"{brief.title} {brief.deliverable} {' '.join(brief.criteria)}"
    if vague := VAGUE.search(words):
        tips.append(Remark(Kind.TIP, _("This word means something else to everyone:"), vague[0]))
    if brief.deliverable.strip() and not re.search(r"\d", words):
        tips.append(Remark(Kind.TIP, _("A number helps: how many, how long, how big?")))
    if not brief.purpose.strip() and not brief.purpose_open and Part.PURPOSE not in missing:
        tips.append(Remark(Kind.TIP, _("What is it for? Then your assistant can think along.")))
    if not brief.criteria and Part.CRITERIA not in missing:
        tips.append(Remark(Kind.TIP, _("When has it succeeded? One sentence helps.")))
    if brief.deadline is None:
        tips.append(Remark(Kind.TIP, _("When must it be ready? Without a deadline it waits for everything else.")))
    return tips
