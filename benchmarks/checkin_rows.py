"""A million check-ins, as SQL: a hundred thousand tasks under way, each with a check-in due and nine answered.

The people and teams are those of benchmarks/rows.py. `%(due)s` is the moment at which what a round takes was due.
"""

# Everybody works while it is 10:00 UTC on a weekday.
WORKING_HOURS = """
UPDATE accounts_user SET working_hours =
    '[["14:00", "22:30"], ["14:00", "22:30"], ["14:00", "22:30"], ["14:00", "22:30"], ["14:00", "22:30"], null, null]'
WHERE time_zone = 'Asia/Manila';
"""

UNDER_WAY = """
INSERT INTO tasks_task (id, team_id, entrepreneur_id, assistant_id, title, level, purpose, purpose_open, deliverable,
    example, not_like_this, criteria, steps, guidelines, time_zone, reach, when_stuck, kept_part, private, tags, state,
    revision, brief_version, steps_open, created_at, changed_at, started_at)
SELECT pg_temp.id('task', n), pg_temp.id('team', n % {teams}), pg_temp.id('user', n % {teams} * 3),
    pg_temp.id('user', n % {teams} * 3 + 1 + n / {teams} % 2), 'Find a caterer for workshop ' || n, 'just_do_it',
    'The client comes back each year', false, 'A list with prices', '', '', '["Within the budget"]', '[]', '',
    'Europe/Amsterdam', 'By chat', 'Ask me', '', false, '[]', 'in_progress', 2, 1, 0, now() - interval '20 days',
    now() - interval '20 days', now() - interval '20 days'
FROM generate_series(0, {tasks} - 1) AS n;

INSERT INTO tasks_checkinrule (id, task_id, trigger, at_time)
SELECT pg_temp.id('rule', n), pg_temp.id('task', n), 'weekdays', time '15:00' FROM generate_series(0, {tasks} - 1) AS n;
"""

# The older ones come first in the table, as in real life; the last of each task is due.
CHECKINS = """
INSERT INTO tasks_checkin (id, task_id, rule_id, assistant_id, state, due_at, asked_at, answered_at, mood, note)
SELECT gen_random_uuid(), task_id, rule_id, assistant_id, CASE WHEN age = 0 THEN 'due' ELSE 'answered' END,
    %(due)s::timestamptz + CASE age WHEN 0 THEN 1 ELSE -age END * interval '1 day', CASE WHEN age > 0 THEN now() END,
    CASE WHEN age > 0 THEN now() END, CASE WHEN age > 0 THEN 'on_track' ELSE '' END, ''
FROM (
    SELECT pg_temp.id('task', n) AS task_id, pg_temp.id('rule', n) AS rule_id,
        pg_temp.id('user', n %% {teams} * 3 + 1 + n / {teams} %% 2) AS assistant_id, 9 - number / {tasks} AS age
    FROM (SELECT number, number %% {tasks} AS n FROM generate_series(0, {tasks} * 10 - 1) AS number) AS numbered
) AS made;
"""

# Before each round: nothing of the last one is left, and the next so many rows are due.
CLEAR = """
TRUNCATE tasks_event, accounts_message, accounts_outgoingmail CASCADE;
DELETE FROM tasks_checkin WHERE state = 'due' AND due_at <> %(due)s::timestamptz + interval '1 day';
UPDATE tasks_checkin SET state = 'due', due_at = %(due)s::timestamptz + interval '1 day', asked_at = NULL,
    next_step_at = NULL
WHERE state = 'asked';
"""
MAKE_DUE = """
UPDATE tasks_checkin SET due_at = %(due)s WHERE id IN (
    SELECT id FROM tasks_checkin WHERE state = 'due' ORDER BY md5(id::text || %(salt)s) LIMIT %(count)s
)
"""

# Making them due has just read the check-ins, so their tasks and rules are read as well: all begin in memory.
WARM_UP = """
SELECT sum(length(title)), sum(length(trigger)) FROM tasks_checkin checkin
JOIN tasks_task task ON task.id = task_id JOIN tasks_checkinrule rule ON rule.id = rule_id
WHERE checkin.state = 'due' AND due_at <= %(due)s
"""

# The bound of `claim` and `end_to_end`: the least that a queue in this table can do.
BARE_CLAIM = """
UPDATE tasks_checkin SET state = 'asked', asked_at = %(now)s
WHERE id IN (
    SELECT id FROM tasks_checkin WHERE state = 'due' AND due_at <= %(now)s
    ORDER BY due_at LIMIT 1000 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""
