"""The words: a message or a letter in the reader's language and time zone.

A template in templates/messages/<template>.txt has the subject on its first line; the rest are paragraphs with an empty
line between them. The same template makes the row in the inbox, the mail, and its part of a mail about several messages
(accounts/mail_letters.py).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, engines
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Message

logger = logging.getLogger("handover.letters")

SUBJECT_LENGTH = 200


# Where the mail's button "Answer" leads: a key to one small page. It is in no words, and never shown in the app.
ANSWER_PATH = "answer_path"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail that is ready to go: plain text, and the same as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """An absolute URL, and what it is called."""

    url: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """One message of several in a letter. `heading` begins a group of them."""

    title: str
    paragraphs: Sequence[str] = ()
    url: str = ""
    heading: str = ""


def words(template: str, params: Mapping[str, Any], *, language: str, zone: ZoneInfo) -> tuple[str, list[str]]:
    """Subject and paragraphs. Raises what the template raises (TemplateDoesNotExist, TemplateSyntaxError, ...)."""
    with translation.override(language), timezone.override(zone):
        # Plain text: nothing is escaped here; what becomes HTML is escaped by the template that shows it.
        shown = {key: value for key, value in params.items() if key != ANSWER_PATH}
        context = Context({**_in_zone(shown, zone), "base_url": settings.BASE_URL}, autoescape=False)
        rendered: str = engines["django"].get_template(f"messages/{template}.txt").template.render(context)  # type: ignore[attr-defined]
        stands_in = _stands_in(params)
    subject, _newline, body = rendered.strip().partition("\n")
    return one_line(subject), [part.strip() for part in [*re.split(r"\n\s*\n", body), stands_in] if part.strip()]


def _stands_in(params: Mapping[str, Any]) -> str:
    """Why somebody is asked what was put to another: they answer for them."""
    name = params.get("stands_in_for")
    return _("You get this because you answer for %(name)s.") % {"name": name} if name else ""


def one_line(text: str) -> str:
    """A subject: one line of bearable length, so that what people type can't add a header."""
    line = " ".join(text.split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1] + "…"


def message_text(message: Message, language: str) -> tuple[str, str]:
    """Subject and body for the inbox, with times in the recipient's zone.

    Never raises: an old message whose template has gone must not take the inbox with it.
    """
    try:
        subject, paragraphs = words(message.template, message.params, language=language, zone=message.recipient.zone)
    except Exception:
        logger.exception("message %s can't be shown: template %s", message.id, message.template)
        with translation.override(language):
            return _("A message that can no longer be shown"), ""
    return subject, "\n\n".join(paragraphs)


def letter(
    *,
    subject: str,
    paragraphs: Sequence[str],
    language: str,
    parts: Sequence[Part] = (),
    links: Sequence[Link] = (),
    footer: str = "",
    footer_links: Sequence[Link] = (),
) -> Letter:
    """Text and HTML around the paragraphs and parts. The first link is the button."""
    with translation.override(language):
        context = {
            "subject": one_line(subject),
            "paragraphs": paragraphs,
            "parts": parts,
            "links": links,
            "footer": footer or _("You get this mail because you have an account at Handover."),
            "footer_links": footer_links,
            "language": language,
        }
        text = render_to_string("messages/mail.txt", context)
        html = render_to_string("messages/mail.html", context)
    return Letter(subject=one_line(subject), text=text, html=html)


def _in_zone(params: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """`when_...` values as times in `zone`; a date alone stays a date."""
    return {key: _moment(value, zone) if key.startswith("when_") else value for key, value in params.items()}


def _moment(value: Any, zone: ZoneInfo) -> Any:
    """ISO text as a date or an aware datetime in `zone`; anything else as it came."""
    if not isinstance(value, str):
        return value
    try:
        if len(value) == len("2026-01-31"):
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
