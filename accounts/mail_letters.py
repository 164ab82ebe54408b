"""The letter of a queued mail: about one message, about several of the same task, or the daily summary."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.letters import ANSWER_PATH, Letter, Link, Part, letter, one_line, words
from accounts.models import KIND_NAMES, Message, MessageKind, OutgoingMail
from accounts.unsubscribing import unsubscribe_url

logger = logging.getLogger("handover.letters")

# Nobody reads more than this in one mail; the rest stands in the inbox.
MOST_SHOWN = 40


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message in words."""

    message: Message
    subject: str
    paragraphs: list[str]


def holds_a_key(mail: OutgoingMail, messages: Sequence[Message]) -> bool:
    """Whether its text holds a link that opens a door without login, so that it may not be kept."""
    return mail.kind in {MessageKind.ACCOUNT, MessageKind.CHECKIN} or any(
        ANSWER_PATH in message.params for message in messages
    )


def mail_letter(mail: OutgoingMail, messages: Sequence[Message]) -> Letter:
    """As written beforehand, else from its messages. Raises when there is neither, or none of them has words."""
    if mail.text:
        return Letter(subject=one_line(mail.subject), text=mail.text, html=mail.html)
    if not messages:
        raise ValueError("This mail has neither a text nor a message.")
    said = _said(mail, messages)
    with translation.override(mail.language):
        if mail.kind == MessageKind.DIGEST:
            return _summary(mail, said)
        return _about_one(mail, said[0]) if len(said) == 1 else _about_several(mail, said)


def _said(mail: OutgoingMail, messages: Sequence[Message]) -> list[Said]:
    """The messages in words, the leading one first. One without words does not hold up the others."""
    zone = ZoneInfo(mail.time_zone)
    said: list[Said] = []
    problem: Exception | None = None
    for message in sorted(messages, key=lambda message: message.id != mail.id):
        try:
            subject, paragraphs = words(message.template, message.params, language=mail.language, zone=zone)
        except Exception as error:
            logger.exception("message %s has no words: template %s", message.id, message.template)
            problem = error
        else:
            said.append(Said(message=message, subject=subject, paragraphs=paragraphs))
    if problem and not said:
        raise problem
    return said


def _about_one(mail: OutgoingMail, said: Said) -> Letter:
    return _letter(mail, said.subject, paragraphs=said.paragraphs, links=_links([said]))


def _about_several(mail: OutgoingMail, said: list[Said]) -> Letter:
    more = len(said) - 1
    subject = ngettext("%(subject)s (and %(count)d more)", "%(subject)s (and %(count)d more)", more)
    parts = [Part(title=one.subject, paragraphs=one.paragraphs) for one in said[:MOST_SHOWN]]
    title = subject % {"subject": said[0].subject, "count": more}
    return _letter(mail, title, paragraphs=_left_out(said), parts=parts, links=_links(said))


def _summary(mail: OutgoingMail, said: list[Said]) -> Letter:
    """What must be done first; each with the way to it."""
    asking = [one for one in said if one.message.must_do]
    telling = [one for one in said if not one.message.must_do]
    parts: list[Part] = []
    for heading, group in ((_("Waits on you"), asking), (_("Good to know"), telling)):
        for one in group:
            url = settings.BASE_URL + one.message.path if one.message.path else ""
            first = heading if one is group[0] else ""
            parts.append(Part(title=one.subject, paragraphs=one.paragraphs[:1], url=url, heading=first))
    subject = ngettext("Your summary: %(count)d message", "Your summary: %(count)d messages", len(said))
    inbox = Link(url=settings.BASE_URL + reverse("inbox"), words=_("Open your inbox"))
    title = subject % {"count": len(said)}
    return _letter(mail, title, paragraphs=_left_out(said), parts=parts[:MOST_SHOWN], links=[inbox])


def _left_out(said: list[Said]) -> list[str]:
    more = len(said) - MOST_SHOWN
    if more <= 0:
        return []
    text = ngettext("%(count)d more stands in your inbox.", "%(count)d more stand in your inbox.", more)
    return [text % {"count": more}]


def _links(said: list[Said]) -> list[Link]:
    """The way to answer at once, if there is one, and the way into the app."""
    answers = [one.message.params[ANSWER_PATH] for one in said if ANSWER_PATH in one.message.params]
    paths = [one.message.path for one in said if one.message.path]
    links = [Link(url=settings.BASE_URL + path, words=_("Answer")) for path in answers[:1]]
    return links + [Link(url=settings.BASE_URL + path, words=_("Open in Handover")) for path in paths[:1]]


def _letter(
    mail: OutgoingMail,
    subject: str,
    *,
    paragraphs: Sequence[str],
    parts: Sequence[Part] = (),
    links: Sequence[Link] = (),
) -> Letter:
    choices = Link(url=settings.BASE_URL + reverse("profile_messages"), words=_("Choose what reaches you, and when"))
    footer_links = [choices]
    if url := unsubscribe_url(mail):
        kind = KIND_NAMES[MessageKind(mail.kind)]
        footer_links.append(Link(url=url, words=_("No more mail of this kind (%(kind)s)") % {"kind": kind}))
    return letter(
        subject=subject,
        paragraphs=paragraphs,
        language=mail.language,
        parts=parts,
        links=links,
        footer=_("You get this mail because you work with others in Handover."),
        footer_links=footer_links,
    )
