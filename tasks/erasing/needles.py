"""What is looked for when somebody's name is taken out, and what comes in its place.

- The address: everywhere.
- The whole name, however it is written (capitals, dashes, underscores): in everything of the teams that they were in.
- The first name, and the rest of the name, by themselves: only as whole words with these capitals or in all capitals,
  of three letters or more, and only in a team in which nobody else has that word in their name and which is not called
  after it: it might mean somebody else there. A name of one word is looked for everywhere in those teams.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import override

from accounts.models import User
from accounts.models.users import SOMEBODY_WHO_LEFT

SHORTEST = 3
# Not within a word or a number; an underscore parts words.
BEFORE, AFTER = r"(?<![^\W_])", r"(?![^\W_])"


@dataclass(frozen=True)
class Needles:
    """How one person is called, in one place. `language`: that of whoever reads what comes instead."""

    email: str
    whole: tuple[str, ...]
    words: tuple[str, ...]
    language: str

    @classmethod
    def of(cls, person: User, *, language: str, others: Iterable[str] | None = None) -> Needles:
        """`others`: the names of everybody else in the place, and of the place; None where nobody knows which it is."""
        names = person.name.split()
        if len(names) < 2:
            return cls(person.email, (), tuple(names), language)
        words: list[str] = []
        if others is not None:
            taken = {word.casefold() for name in others for word in _words(name)}
            words = [" ".join(part) for part in (names[:1], names[1:]) if _is_safe(part, taken)]
        return cls(person.email, (person.name,), tuple(words), language)

    @property
    def traces(self) -> set[str]:
        """Parts of which at least one stands in every text that holds any of it, for asking the database."""
        found = {self.email, *(name.split()[0] for name in (*self.whole, *self.words) if name)}
        found |= {name.split()[-1] for name in (*self.whole, *self.words) if name}
        return {variant for part in found for variant in (part, html.escape(part), json.dumps(part)[1:-1])}

    def replaced(self, text: str) -> str:
        """The text without them."""
        for pattern in self._patterns():
            text = pattern.sub(lambda match: self._instead(match), text)
        return text

    def replaced_in(self, value: Any) -> Any:
        """The same in all texts of a document. Its keys are ours, and stay."""
        if isinstance(value, str):
            return self.replaced(value)
        if isinstance(value, list):
            return [self.replaced_in(item) for item in value]
        if isinstance(value, dict):
            return {key: self.replaced_in(item) for key, item in value.items()}
        return value

    def _patterns(self) -> list[re.Pattern[str]]:
        address = rf"(?<![\w.+%-]){re.escape(self.email)}(?![\w-])(?!\.\w)"
        patterns = [re.compile(address, re.IGNORECASE)]
        for names, flags in ((self.whole, re.IGNORECASE), (self.words, re.NOFLAG)):
            for name in filter(None, names):
                shouted = {name.upper()} if len(name) >= SHORTEST else set()
                for variant in {name, html.escape(name)} | shouted:
                    spaced = r"[\W_]+".join(map(re.escape, variant.split()))
                    patterns.append(re.compile(f"{BEFORE}{spaced}{AFTER}", flags))
        return patterns

    def _instead(self, match: re.Match[str]) -> str:
        with override(self.language):
            text = str(SOMEBODY_WHO_LEFT)
        before = match.string[: match.start()].rstrip(" \t\"'“‘(")
        return text if not before or before[-1] in ".!?:\n>" else text[:1].lower() + text[1:]


def _is_safe(part: list[str], taken: set[str]) -> bool:
    """Small words between, like "de" and "van", mean nobody by themselves."""
    telling = [word for name in part for word in _words(name) if word[0].isupper()]
    return max(map(len, telling), default=0) >= SHORTEST and not {word.casefold() for word in telling} & taken


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", name) if word]
