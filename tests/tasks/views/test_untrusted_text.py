"""Whatever people type is shown as text: on every page, in the inbox and in the mails."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Message, OutgoingMail, Team, User
from accounts.outbox import post_letters, send_queued
from accounts.timing import BUNDLE_FOR
from tasks.forms.fields import WordsField
from tasks.models import Task
from tasks.screens import SCREENS
from tests.conftest import Cast, Mailbox
from tests.tasks.factories import brief_fields
from tests.tasks.views.conftest import ClientFor, text_of
from tests.tasks.views.presses import OUTLASTING, PRESSES, Press, Ready, ready

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)"> {{ 7|add:7 }} {% now "Y" %} &amp; \u202e💥 שלום'
NAME = "<b>Sam</b>"
EVERY = pytest.mark.parametrize("press", PRESSES, ids=str)


def with_evil(press: Press, cast: Cast, now: datetime) -> Ready:
    """A task of which every text is evil, between people and in a team with evil names."""
    User.objects.filter(pk__in=[cast.owner.pk, cast.assistant.pk, cast.guest.pk]).update(name=f"{NAME} {EVIL}"[:120])
    Team.objects.filter(pk=cast.team.pk).update(name=EVIL)
    for person in (cast.owner, cast.assistant, cast.guest, cast.team):
        person.refresh_from_db()
    texts = ["deliverable", "example", "not_like_this", "purpose", "guidelines", "reach", "when_stuck", "kept_part"]
    fields: dict[str, Any] = dict.fromkeys(texts, EVIL) | {"title": EVIL, "criteria": [EVIL], "tags": [EVIL]}
    if brief_fields(press.level).get("steps"):
        fields["steps"] = [EVIL, EVIL]
    given = ready(press, cast, now, **fields)
    if press.slug == "acknowledge":
        return given
    form = SCREENS[press.slug].form
    given.sent.update({name: EVIL for name, field in form.base_fields.items() if type(field) is WordsField})
    given.sent.update({name: EVIL for name in given.sent if name.startswith(("title_", "pros_", "cons_", "fact_"))})
    return given


def is_harmless(page: str) -> bool:
    """Nothing of it became markup, and no template was run. `page` is the source, not the text."""
    return not any(
        raw in page for raw in ("<script>alert", "<img src=x", "<b>Sam", "{{ 14", 'href="javascript', "> 14 ")
    )


def pages(client: Client, task: Task) -> list[Any]:
    """Every page on which a task shows, as far as this person sees it."""
    paths = [reverse("now"), f"{reverse('task_list')}?show=all", reverse("inbox"), task.get_absolute_url()]
    return [client.get(path) for path in paths]


@EVERY
def test_what_was_typed_is_text_on_every_page(press: Press, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    given = with_evil(press, cast, now)
    client = client_for(given.by)
    assert is_harmless(client.get(given.path).content.decode())
    assert client.post(given.path, given.sent).status_code == 302
    for person in (cast.owner, cast.assistant):
        now_page, task_list, inbox, task_page = pages(client_for(person), given.task)
        for page in (now_page, task_list, inbox, task_page):
            assert is_harmless(page.content.decode())
        if task_page.status_code == 200:
            assert EVIL in text_of(task_page)
            assert EVIL in text_of(task_list)


@EVERY
def test_a_form_with_an_error_shows_what_was_typed_as_text(
    press: Press, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    given = with_evil(press, cast, now)
    page = client_for(given.by).post(given.path, {**given.sent, "turn": EVIL, "next": EVIL})
    assert page.status_code == 422
    assert is_harmless(page.content.decode())
    assert EVIL in text_of(page)


@EVERY
def test_a_refusal_shows_what_was_typed_as_text(press: Press, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    given = with_evil(press, cast, now)
    Task.objects.filter(pk=given.task.pk).update(state="stopped", revision=99)
    if press.slug in OUTLASTING:
        client_for(given.by).post(given.path, given.sent)
    page = client_for(given.by).post(given.path, given.sent)
    assert page.status_code == 409
    assert is_harmless(page.content.decode())


def test_a_brief_shows_what_was_typed_as_text(cast: Cast, client_for: ClientFor) -> None:
    sent = {"title": EVIL, "level": EVIL, "deliverable": EVIL, "money_limit": EVIL, "tags": EVIL, "do": EVIL}
    page = client_for(cast.owner).post(reverse("task_new"), sent)
    assert page.status_code == 422
    assert is_harmless(page.content.decode())
    assert EVIL in text_of(page)


@pytest.mark.mail
@EVERY
def test_what_was_typed_is_text_in_the_mails(
    press: Press, cast: Cast, client_for: ClientFor, now: datetime, mailbox: Mailbox
) -> None:
    given = with_evil(press, cast, now)
    client_for(given.by).post(given.path, given.sent)
    Message.objects.update(read_at=None)  # what was done meanwhile would not be mailed any more
    post_letters(now=now + BUNDLE_FOR)
    send_queued(now=now + BUNDLE_FOR)
    assert not Message.objects.filter(mail__isnull=True).exists()
    assert len(mailbox.messages) == OutgoingMail.objects.count() > 0
    for mail in mailbox.messages:
        text, page = (part.get_content() for part in mail.iter_parts())
        assert "<script>alert(1)</script>" in f"{mail['Subject']} {text}"
        assert is_harmless(page)
        assert not any(sign in str(mail["Subject"]) for sign in "\r\n")
        assert {name.lower() for name in mail.keys()} <= {  # noqa: SIM118 - a mail is no dict
            "subject", "from", "to", "date", "message-id", "in-reply-to", "references", "auto-submitted",
            "mime-version", "content-type", "list-unsubscribe", "list-unsubscribe-post",
        }  # fmt: skip
