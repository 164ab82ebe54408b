"""What every page asks, in SQL: put together out of models it takes two or three times as long (docs/benchmarks.md).

Nothing of a request goes into the texts, only into their parameters. They run on SQLite and on PostgreSQL.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model

from accounts.deputies import TODAY

Row = TypeVar("Row", bound=Model)

# A person's places in teams, each with what waits on them there (not in a team they left), what they have not read, and
# the timer that runs: the same on each row, as there is at most one.
# The team is looked up for each turn that waits, as a join makes PostgreSQL walk through all tasks of the team.
# `covered`: what waits there on somebody for whom they answer today, which begins with their own few arrangements.
MEMBERSHIPS = """
    SELECT member.id, member.user_id, member.role,
           member.team_id, team.name AS team_name, team.language AS team_language, team.currency AS team_currency,
           team.time_zone AS team_time_zone, team.delete_at AS team_delete_at,
           (SELECT COUNT(*) FROM tasks_turn
            WHERE waits_on_id = member.user_id AND state = 'open'
            AND (SELECT team_id FROM tasks_task WHERE id = task_id) = member.team_id) AS turns,
           CASE WHEN member.role IN ('owner', 'entrepreneur') THEN
               (SELECT COUNT(DISTINCT turn.id) FROM accounts_absence away
                JOIN accounts_user absent ON absent.id = away.person_id
                JOIN tasks_turn turn ON turn.waits_on_id = away.person_id AND turn.state = 'open'
                WHERE away.deputy_id = member.user_id AND away.team_id = member.team_id
                AND {today} BETWEEN away.first AND away.last
                AND (SELECT CASE WHEN assistant_id = away.person_id THEN NULL ELSE team_id END
                     FROM tasks_task WHERE id = turn.task_id) = member.team_id)
           ELSE 0 END AS covered,
           (SELECT COUNT(*) FROM tasks_checkin
            WHERE assistant_id = member.user_id AND state IN ('asked', 'reminded', 'escalated')
            AND (SELECT team_id FROM tasks_task WHERE id = task_id) = member.team_id) AS asked,
           (SELECT COUNT(*) FROM accounts_message
            WHERE recipient_id = member.user_id AND read_at IS NULL) AS unread,
           timer.task_id AS timer_task, timer.started_at AS timer_started, timer.asked_at AS timer_asked,
           timed.title AS timer_title, timed.team_id AS timer_team, timed.assistant_id AS timer_assistant
    FROM accounts_membership member JOIN accounts_team team ON team.id = member.team_id
    LEFT JOIN tasks_timer timer ON timer.user_id = member.user_id
    LEFT JOIN tasks_task timed ON timed.id = timer.task_id
    WHERE member.user_id = %(person)s
"""

# A person's open tasks, on whichever side they stand. Whether they are still in the team is looked up row by row along
# their own index: asked for plainly, it makes PostgreSQL walk through all open tasks of the team first.
RUNNING = """
    SELECT id, title, level, state, team_id, entrepreneur_id, assistant_id, changed_at, deadline_date, deadline_time,
           deadline_at, time_zone, money_limit, time_limit, money_spent, minutes_logged,
           CASE WHEN milestones_open > 0 THEN (
               SELECT due_on FROM tasks_milestone WHERE task_id = mine.id AND state = 'open'
           ) END AS milestone_due
    FROM tasks_task mine
    WHERE id IN (
        SELECT id FROM (
            SELECT id FROM tasks_task handed_over
            WHERE entrepreneur_id = %(person)s AND state NOT IN ('done', 'stopped')
            AND (SELECT role FROM accounts_membership WHERE team_id = handed_over.team_id AND user_id = %(person)s)
                IN ('owner', 'entrepreneur')
            ORDER BY changed_at DESC, id DESC LIMIT %(size)s
        ) AS handed_over
        UNION ALL
        SELECT id FROM (
            SELECT id FROM tasks_task assigned
            WHERE assistant_id = %(person)s AND state NOT IN ('draft', 'done', 'stopped')
            AND (SELECT role FROM accounts_membership WHERE team_id = assigned.team_id AND user_id = %(person)s)
                IS NOT NULL
            ORDER BY changed_at DESC, id DESC LIMIT %(size)s
        ) AS assigned
    )
    ORDER BY changed_at DESC, id DESC LIMIT %(size)s
"""

# The timeline of a task, what was put to whom, and what it is lent. People and files come along by their names only.
EVENTS = """
    SELECT event.id, event.task_id, event.at, event.kind, event.data,
           event.actor_id, actor.name AS actor_name, actor.email AS actor_email
    FROM tasks_event event LEFT JOIN accounts_user actor ON actor.id = event.actor_id
    WHERE event.task_id = %s AND event.id < %s
    ORDER BY event.at DESC, event.id DESC LIMIT %s
"""
# With an open flag goes what an hour of both sides is worth on a day (see tasks/talks.py).
TURNS = """
    SELECT turn.id, turn.task_id, turn.kind, turn.state, turn.text, turn.payload, turn.created_at,
           turn.answer, turn.answer_text, turn.answer_payload, turn.answered_at,
           turn.by_id, author.name AS by_name, author.email AS by_email,
           turn.waits_on_id, awaited.name AS waits_on_name, awaited.email AS waits_on_email,
           turn.answered_by_id, answerer.name AS answered_by_name, answerer.email AS answered_by_email,
           CASE WHEN turn.kind = 'flag' AND turn.state = 'open' THEN (
               SELECT own_rate FROM delegation_teammoney WHERE team_id = %(team)s
           ) END AS own_rate,
           CASE WHEN turn.kind = 'flag' AND turn.state = 'open' THEN (
               SELECT rate FROM delegation_agreement
               WHERE team_id = %(team)s AND assistant_id = %(assistant)s AND currency = %(currency)s
               AND state = 'agreed' AND valid_from <= %(on)s
               ORDER BY valid_from DESC LIMIT 1
           ) END AS rate
    FROM tasks_turn turn
    JOIN accounts_user author ON author.id = turn.by_id
    JOIN accounts_user awaited ON awaited.id = turn.waits_on_id
    LEFT JOIN accounts_user answerer ON answerer.id = turn.answered_by_id
    WHERE turn.task_id = %(task)s AND turn.state <> 'withdrawn' AND (turn.kind <> 'expense' OR turn.state = 'open')
    ORDER BY turn.state = 'open' DESC, turn.created_at DESC LIMIT %(size)s
"""
# Which parts of a login are sealed is told by their names, one after another; what is sealed is never read along.
_LENT = """
    resource.id AS resource_id, resource.team_id AS resource_team_id, resource.kind, resource.name, resource.content,
    resource.user_name, resource.web_address, resource.asks_reason,
    CASE WHEN EXISTS (SELECT 1 FROM tasks_secret WHERE resource_id = resource.id AND part = 'password')
        THEN 'password ' ELSE '' END
    || CASE WHEN EXISTS (SELECT 1 FROM tasks_secret WHERE resource_id = resource.id AND part = 'one_time_code')
        THEN 'one_time_code' ELSE '' END AS sealed_parts,
    resource.stored_file_id, stored_file.name AS stored_file_name, stored_file.size AS stored_file_size,
    stored_file.version AS stored_file_version
    FROM tasks_task_resources lent
    JOIN tasks_resource resource ON resource.id = lent.resource_id
    LEFT JOIN tasks_storedfile stored_file ON stored_file.id = resource.stored_file_id
"""
RESOURCES = f"""
    SELECT resource.id, {_LENT} WHERE lent.task_id = %s ORDER BY resource.name, resource.id
"""
# The same of a task with milestones, and those milestones, and the assistant's days off that count in them.
MILESTONES = f"""
    SELECT milestone.id, milestone.task_id, milestone.position, milestone.title, milestone.state,
           milestone.working_days, milestone.due_on, milestone.planned_on,
           milestone.delivered_at, milestone.accepted_at,
           CAST(NULL AS uuid) AS resource_id, CAST(NULL AS uuid) AS resource_team_id,
           NULL AS kind, NULL AS name, NULL AS content, NULL AS user_name, NULL AS web_address,
           CAST(NULL AS boolean) AS asks_reason, NULL AS sealed_parts,
           CAST(NULL AS uuid) AS stored_file_id, NULL AS stored_file_name,
           CAST(NULL AS bigint) AS stored_file_size, CAST(NULL AS smallint) AS stored_file_version
    FROM tasks_milestone milestone WHERE milestone.task_id = %(task)s
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL, NULL, away.first, away.last, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM accounts_daysoff away WHERE away.user_id = %(assistant)s AND away.last >= %(since)s
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, {_LENT} WHERE lent.task_id = %(task)s
"""  # noqa: S608

# The check-ins of a task, with their rules; and after them the bare rules, with what is logged of what they count.
_CHECKIN = """
    SELECT checkin.id, checkin.task_id, checkin.state, checkin.due_at, checkin.asked_at, checkin.reminded_at,
           checkin.escalated_at, checkin.answered_at, checkin.mood, checkin.percent, checkin.finish_at,
           checkin.rule_id, rule.trigger, rule.hours, rule.days, rule.percent AS rule_percent, rule.at_time, rule.at,
           rule.weekdays, rule.any_time, rule.paused_at,
           CAST(NULL AS bigint) AS minutes, CAST(NULL AS numeric) AS spent
    FROM tasks_checkin checkin LEFT JOIN tasks_checkinrule rule ON rule.id = checkin.rule_id
"""
_RULE = """
    SELECT NULL, rule.task_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           rule.id, rule.trigger, rule.hours, rule.days, rule.percent, rule.at_time, rule.at, rule.weekdays,
           rule.any_time, rule.paused_at,
           CASE rule.trigger
               WHEN 'after_work' THEN (
                   SELECT SUM(minutes) FROM tasks_timeentry
                   WHERE task_id = rule.task_id AND state = 'counted'
                   AND user_id = (SELECT assistant_id FROM tasks_task WHERE id = rule.task_id))
               WHEN 'time_used' THEN (SELECT minutes_logged FROM tasks_task WHERE id = rule.task_id)
           END,
           CASE rule.trigger
               WHEN 'money_used' THEN (SELECT money_spent FROM tasks_task WHERE id = rule.task_id)
           END
    FROM tasks_checkinrule rule
"""
CHECKINS = f"""
    SELECT * FROM (
        {_CHECKIN} WHERE checkin.task_id = %s AND checkin.state <> 'withdrawn' ORDER BY checkin.due_at DESC LIMIT %s
    ) AS newest
    UNION ALL {_RULE} WHERE rule.task_id = %s
"""  # noqa: S608 - put together of fixed texts
# Of several tasks only what waits or is to come.
COMING = f"""
    {_CHECKIN} WHERE checkin.task_id IN ({{tasks}}) AND checkin.state IN ('due', 'asked', 'reminded', 'escalated')
    UNION ALL {_RULE} WHERE rule.task_id IN ({{tasks}}) AND NOT EXISTS (
        SELECT 1 FROM tasks_checkin seen WHERE seen.rule_id = rule.id AND (
            seen.state IN ('due', 'asked', 'reminded', 'escalated')
            OR (rule.paused_at IS NULL AND seen.state IN ('answered', 'missed'))
        )
    )
"""  # noqa: S608


def memberships_sql() -> str:
    """MEMBERSHIPS, with today on somebody's own clock as this database works it out."""
    return MEMBERSHIPS.format(today=TODAY[connection.vendor].format(moment="%(now)s", zone="absent.time_zone"))


def stored_id(row: Model) -> Any:
    """A row's id as this database keeps it."""
    return row._meta.pk.get_db_prep_value(row.pk, connection)


def as_id(value: Any) -> UUID:
    """An id that was read as a column of its own: SQLite gives what it keeps."""
    return value if isinstance(value, UUID) else UUID(value)


def as_moment(value: Any) -> datetime:
    """A moment that was read as a column of its own, likewise."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def with_names(rows: Iterable[Row], model: type[Model], *fields: str, names: tuple[str, ...]) -> list[Row]:
    """The rows, with what they point to made of the columns <field>_id, <field>_name and so on."""
    known: dict[Any, Model | None] = {None: None}
    found = list(rows)
    for row in found:
        for field in fields:
            key = getattr(row, f"{field}_id")
            if key not in known:
                values = {"id": key} | {name: getattr(row, f"{field}_{name}") for name in names}
                order = [column.attname for column in model._meta.concrete_fields if column.attname in values]
                known[key] = model.from_db(connection.alias, order, [values[name] for name in order])
            put_on(row, field, known[key])
    return found


def put_on(row: Model, field: str, value: Model | None) -> None:
    """As reading it would have done; setting it would also check and change its id."""
    row._state.fields_cache[field] = value
