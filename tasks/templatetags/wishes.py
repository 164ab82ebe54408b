"""How a wish and its price tag are written."""

from uuid import UUID, uuid4

from django import template

from tasks.models import Wish
from tasks.templatetags.handover import hours, money

register = template.Library()


@register.filter
def price_tag(wish: Wish, currency: str) -> str:
    """What it would take: "2 hours, € 40"; nothing when nobody estimated it."""
    parts = [hours(wish.minutes or None), money(wish.amount or None, currency)]
    return ", ".join(part for part in parts if part)


@register.simple_tag
def new_id() -> UUID:
    """A fresh id for what a form is about to make, so that sending it twice makes it once."""
    return uuid4()
