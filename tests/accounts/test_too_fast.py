"""Trying over and over."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
def test_who_asks_for_a_new_password_too_often_is_told_so_in_words(client: Client) -> None:
    cache.clear()  # the tries of other tests count too
    address, form = reverse("account_reset_password"), {"email": "hasty@example.com"}
    tries = [client.post(address, form, headers={"accept-language": "nl"}) for _ in range(6)]
    cache.clear()
    assert [answer.status_code for answer in tries] == [302] * 5 + [429]
    assert "Dat ging te snel" in tries[-1].content.decode()
