"""One part of an export: which rows of a model go in, with which columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Field, Model, Q, QuerySet

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from accounts.models import Team, User

# So many rows at a time are in memory.
BATCH = 1_000


@dataclass(frozen=True)
class Scope:
    """Whose export it is: of a team as its owner has it, or (without a team) of a person.

    `teams`: the teams that the person is in now.
    """

    person: User
    team: Team | None = None
    teams: frozenset[UUID] = frozenset()


Of = Callable[[Scope], Q]
Computed = Callable[[Any, Scope], str]


@dataclass(frozen=True, kw_only=True)
class Part:
    """How one model is exported.

    `team`: where a row says of which team it is, as a lookup, or a function for what is told in another way; None where
    it is in no team's export. `person`: which rows are of a person, likewise. `without`: columns that never leave;
    `only_in_team`: in the export of a team only these. `columns`: those of the model that are altered, and those that
    are worked out. `related`: what is read along for them.
    """

    model: type[Model]
    name: str
    about: Promise
    team: str | Of | None = None
    person: Of | None = None
    without: tuple[str, ...] = ()
    only_in_team: tuple[str, ...] = ()
    columns: Mapping[str, Computed] = field(default_factory=dict)
    related: tuple[str, ...] = ()

    def is_in(self, scope: Scope) -> bool:
        """Whether this export has such rows at all."""
        return (self.team if scope.team else self.person) is not None

    def rows(self, scope: Scope) -> QuerySet[Model]:
        """The rows, in no order."""
        return self.model._default_manager.filter(self._which(scope))

    def pages(self, scope: Scope) -> Iterator[list[Model]]:
        """The same in pages, each found behind the last row of the one before: never all of it in memory."""
        rows = self.rows(scope).select_related(*self.related).order_by("pk")
        if not self.related:
            rows = rows.select_related(None)
        page = list(rows[:BATCH])
        while page:
            yield page
            page = list(rows.filter(pk__gt=page[-1].pk)[:BATCH]) if len(page) == BATCH else []

    def names(self, scope: Scope) -> list[str]:
        """The columns, in order."""
        kept = [field.attname for field in self._kept(scope)]
        return kept + [name for name in self.columns if name not in kept]

    def values(self, row: Model, scope: Scope) -> dict[str, Any]:
        """A row, by column."""
        found = {field.attname: field.value_from_object(row) for field in self._kept(scope)}
        return found | {name: column(row, scope) for name, column in self.columns.items()}

    def _which(self, scope: Scope) -> Q:
        which = self.team if scope.team else self.person
        if which is None:
            raise ValueError(f"{self.name} is not in this export")
        if isinstance(which, str):
            assert scope.team is not None  # noqa: S101 - only teams are told by a lookup
            return Q(**{which: scope.team.pk})
        return which(scope)

    def _kept(self, scope: Scope) -> list[Field[Any, Any]]:
        if scope.team and self.only_in_team:
            return [field for field in self._fields if field.attname in self.only_in_team]
        return self._fields

    @cached_property
    def _fields(self) -> list[Field[Any, Any]]:
        return [field for field in self.model._meta.concrete_fields if field.attname not in self.without]
