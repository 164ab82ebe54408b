"""The made-up work of many teams, as SQL: a million tasks in about a minute, which no ORM does.

`{teams}` and `{tasks}` (tasks a team) are filled in by benchmarks/fill.py. Rows get their place in the tables in the
order of time, as in real life: what one team needs lies scattered between that of all others.
"""

HELPERS = """
CREATE FUNCTION pg_temp.id(kind text, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT md5(kind || number)::uuid $$;
CREATE FUNCTION pg_temp.pick(number bigint, VARIADIC words text[]) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT words[1 + number % array_length(words, 1)] $$;
"""

# Each team is an owner (its first person) and two assistants.
PEOPLE = """
INSERT INTO accounts_user (id, password, is_superuser, is_staff, is_active, email, name, language, time_zone,
    date_joined)
SELECT pg_temp.id('user', n), '!', false, false, true, 'person' || n || '@example.com',
    pg_temp.pick(n / 3 + n, 'Eva', 'Sam', 'Noor', 'Finn', 'Joy', 'Bram', 'Lotte', 'Daan', 'Maria', 'Ravi', 'Tess')
        || ' ' || pg_temp.pick(n * 7 / 5, 'de Vries', 'Santos', 'Bakker', 'Jansen', 'Cruz', 'Smit', 'Visser', 'Mulder'),
    pg_temp.pick(n % 3, 'nl', 'en', 'nl'), pg_temp.pick(n % 3, 'Europe/Amsterdam', 'Asia/Manila', 'Europe/Amsterdam'),
    now() - interval '2 years'
FROM generate_series(0, {teams} * 3 - 1) AS n;

INSERT INTO accounts_team (id, name, language, currency, time_zone, created_at)
SELECT pg_temp.id('team', n),
    pg_temp.pick(n, 'Eva''s Events', 'Vries Studio', 'Blue Door', 'Noord', 'The Green Office', 'Bakker & Co') || ' '
        || n,
    'nl', 'EUR', 'Europe/Amsterdam', now() - interval '2 years'
FROM generate_series(0, {teams} - 1) AS n;

INSERT INTO accounts_membership (id, team_id, user_id, role, created_at)
SELECT pg_temp.id('membership', n), pg_temp.id('team', n / 3), pg_temp.id('user', n),
    pg_temp.pick(n % 3, 'owner', 'assistant', 'assistant'), now() - interval '2 years'
FROM generate_series(0, {teams} * 3 - 1) AS n;
"""

# `place`: 0 is the task of its team that changed last. The first forty are open, what came before is closed.
TASKS = """
INSERT INTO tasks_task (
    id, team_id, entrepreneur_id, assistant_id, title, level, purpose, purpose_open, deliverable, example,
        not_like_this,
    criteria, steps, guidelines, money_limit, time_limit, ask_above, deadline_date, deadline_time, deadline_at,
        time_zone,
    reach, when_stuck, kept_part, private, tags, state, revision, brief_version, gate_passed_at, steps_open,
    created_at, changed_at, started_at, done_at
)
SELECT pg_temp.id('task', n), pg_temp.id('team', team), pg_temp.id('user', team * 3),
    CASE WHEN state <> 'draft' THEN pg_temp.id('user', team * 3 + 1 + place % 2) END,
    pg_temp.pick(spread, 'Book', 'Find', 'Plan', 'Check', 'Write', 'Compare', 'Order', 'Tidy up', 'Call about') || ' '
        || pg_temp.pick(spread / 16, 'a caterer for the workshop', 'ten influencers for spring', 'the train to Paris',
            'the invoices of last month', 'a newsletter', 'three offices near the station', 'flowers for the team',
            'the address list', 'a plumber for Tuesday', 'the slides for the board', 'a new accounting package') ||
                ' ' || n,
    level, 'So that I can tell the client on Friday that everything is settled and what it costs.', false,
    'One page with what was done, what it costs and what is left, as a link that I can pass on.', '', '',
    '["It is within the budget", "The client can read it", "Names and dates are right"]'::jsonb,
    CASE level WHEN 'instructions' THEN '["Open the list", "Call the first", "Write it down"]' ELSE '[]' END::jsonb,
    'Be friendly and brief; sign with my name.', 100 + spread % 40 * 10, 60 + spread % 10 * 30, 50,
    (changed_at + interval '5 days')::date, CASE WHEN spread % 3 = 0 THEN time '17:00' END, changed_at + interval
        '5 days',
    'Europe/Amsterdam', 'By chat on weekdays', 'Ask me before you spend more', '', false, '["office"]'::jsonb, state,
    3, CASE WHEN state = 'draft' THEN 0 ELSE 1 END,
    CASE WHEN state IN ('delivered', 'done') AND level IN ('propose', 'advise') THEN changed_at END,
    CASE WHEN level = 'instructions' AND state NOT IN ('delivered', 'done') THEN 2 ELSE 0 END,
    changed_at - interval '3 days', changed_at,
    CASE WHEN state NOT IN ('draft', 'offered') THEN changed_at - interval '2 days' END,
    CASE WHEN state = 'done' THEN changed_at END
FROM (
    SELECT *,
        now() - place * interval '9 hours' - (team * 7919 % 500) * interval '1 minute' AS changed_at,
        CASE WHEN place IN (3, 17) THEN 'draft' WHEN place IN (1, 9, 21, 33) THEN 'offered'
            WHEN place IN (5, 14, 28) THEN 'delivered' WHEN place = 7 THEN 'awaiting_approval'
            WHEN place = 11 THEN 'awaiting_decision' WHEN place = 19 THEN 'flagged' WHEN place < 40 THEN 'in_progress'
            WHEN place % 25 = 0 THEN 'stopped' ELSE 'done' END AS state,
        CASE WHEN place = 7 THEN 'propose' WHEN place = 11 THEN 'advise' WHEN place IN (2, 19) THEN 'within_limits'
            ELSE pg_temp.pick(spread % 6, 'just_do_it', 'within_limits', 'propose', 'advise', 'research',
                'instructions')
            END AS level
    FROM (SELECT n, n % {teams} AS team, {tasks} - 1 - n / {teams} AS place, abs(hashint8(n)) AS spread
          FROM generate_series(0, {teams} * {tasks} - 1) AS n) AS numbered
) AS shaped
ORDER BY n;
"""

# Two events for each task, and two more when it came to an end.
EVENTS = """
INSERT INTO tasks_event (task_id, at, actor_id, kind, data)
SELECT id, created_at, entrepreneur_id, 'delegate', '{"assistant": "Sam"}'::jsonb FROM tasks_task WHERE state <> 'draft'
UNION ALL
SELECT id, started_at, assistant_id, 'accept-task', '{"text": "A page with prices, by Friday."}'::jsonb
FROM tasks_task WHERE started_at IS NOT NULL
UNION ALL
SELECT id, changed_at - interval '1 hour', assistant_id, 'deliver', '{"text": "Here it is."}'::jsonb
FROM tasks_task WHERE state = 'done'
UNION ALL
SELECT id, changed_at, entrepreneur_id, 'accept-result', '{"text": "Thank you!"}'::jsonb
FROM tasks_task WHERE state = 'done';
"""

# What waits, for each task in whose state something does; a question here and there; and how finished work was
# accepted.
TURNS = """
INSERT INTO tasks_turn (
    id, task_id, kind, state, by_id, waits_on_id, text, payload, created_at, answer, answer_text, answer_payload,
    answered_by_id, answered_at
)
SELECT gen_random_uuid(), id,
    CASE state WHEN 'offered' THEN 'offer' WHEN 'awaiting_approval' THEN 'proposal' WHEN 'awaiting_decision' THEN
        'options'
        WHEN 'flagged' THEN 'flag' ELSE 'delivery' END,
    CASE state WHEN 'done' THEN 'answered' ELSE 'open' END,
    CASE state WHEN 'offered' THEN entrepreneur_id ELSE assistant_id END,
    CASE state WHEN 'offered' THEN assistant_id ELSE entrepreneur_id END,
    'For thirty people a lunch for this price won''t work; what I found is below.',
    CASE state WHEN 'offered' THEN '{}'
        WHEN 'awaiting_decision' THEN '{"options": [
            {"title": "The small one", "cost": "90.00", "cost_note": "a month", "pros": "Cheap", "cons": "Slow"},
            {"title": "The large one", "cost": "240.00", "pros": "Ready at once", "cons": "Dear", "recommended":
                true}]}'
        WHEN 'flagged' THEN '{"kind": "budget", "cause": "circumstances", "alternatives": "Sandwiches from the shop.",
            "money": "480.00", "minutes": null, "deadline": null, "resume": "in_progress"}'
        WHEN 'awaiting_approval' THEN '{}'
        ELSE '{"links": ["https://example.com/result"], "files": [], "checks": [
            {"criterion": "It is within the budget", "met": true, "note": ""},
            {"criterion": "The client can read it", "met": true, "note": "Read by a colleague"},
            {"criterion": "Names and dates are right", "met": false, "note": "One date is a guess"}]}' END::jsonb,
    changed_at - interval '1 hour', CASE state WHEN 'done' THEN 'accepted' ELSE '' END, '', '{}'::jsonb,
    CASE state WHEN 'done' THEN entrepreneur_id END, CASE state WHEN 'done' THEN changed_at END
FROM tasks_task
WHERE state IN ('offered', 'awaiting_approval', 'awaiting_decision', 'flagged', 'delivered', 'done')
UNION ALL
SELECT gen_random_uuid(), id, 'question', 'open', assistant_id, entrepreneur_id, 'Is the hall of last year fine too?',
    '{}'::jsonb, changed_at, '', '', '{}'::jsonb, NULL, NULL
FROM tasks_task WHERE state = 'in_progress' AND money_limit = 230;
"""

CHECKINS = """
INSERT INTO tasks_checkinrule (id, task_id, trigger, at_time)
SELECT gen_random_uuid(), id, 'weekdays', time '15:00' FROM tasks_task WHERE state = 'in_progress';

INSERT INTO tasks_checkin (id, task_id, rule_id, assistant_id, state, due_at, asked_at, answered_at, mood, percent,
    note)
SELECT gen_random_uuid(), task.id, rule.id, task.assistant_id, shape.state, now() + shape.days * interval '1 day',
    CASE WHEN shape.days < 0 THEN now() + shape.days * interval '1 day' END,
    CASE shape.state WHEN 'answered' THEN now() + shape.days * interval '1 day' END,
    CASE shape.state WHEN 'answered' THEN 'on_track' ELSE '' END, CASE shape.state WHEN 'answered' THEN 40 END, ''
FROM tasks_checkinrule rule
JOIN tasks_task task ON task.id = rule.task_id
CROSS JOIN (VALUES ('due', 1), ('asked', -1), ('answered', -2)) AS shape (state, days)
WHERE shape.state <> 'asked' OR task.money_limit >= 430;
"""

# Twenty messages for each person, the last three unread.
MESSAGES = """
INSERT INTO accounts_message (
    id, recipient_id, kind, template, params, path, thread, must_do, dedup_key, created_at, read_at
)
SELECT gen_random_uuid(), pg_temp.id('user', person), 'your_turn', 'joined',
    '{"person": "Sam", "team": "Noord"}'::jsonb,
    '/now/', '', false, 'bench:' || person || ':' || number, now() - number * interval '5 hours',
    CASE WHEN number > 3 THEN now() END
FROM generate_series(0, {teams} * 3 - 1) AS person, generate_series(1, 20) AS number;
"""

STEPS = {
    "people and teams": PEOPLE,
    "tasks": TASKS,
    "events": EVENTS,
    "turns": TURNS,
    "check-ins": CHECKINS,
    "messages": MESSAGES,
}
