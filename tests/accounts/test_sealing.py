"""Sealing: only what was sealed here, for this very thing, and was not altered, opens."""

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as found
from pytest_django import Settings

from accounts.sealing import SealError, current_key, is_sealed, key_of, key_problem, new_key, reseal, seal, unseal

TEXT = "hunter2 for the shop ✓"


def test_what_is_sealed_opens_for_what_it_was_sealed_for() -> None:
    sealed = seal(TEXT, purpose="resource:1:password")
    assert TEXT not in sealed
    assert is_sealed(sealed)
    assert unseal(sealed, purpose="resource:1:password") == TEXT


def test_the_same_text_is_sealed_otherwise_each_time() -> None:
    assert seal(TEXT, purpose="a") != seal(TEXT, purpose="a")


@pytest.mark.parametrize(
    "purpose", ["resource:2:password", "resource:1:one_time_code", "typed:1:resource::password", ""]
)
def test_in_another_row_or_part_it_does_not_open(purpose: str) -> None:
    sealed = seal(TEXT, purpose="resource:1:password")
    with pytest.raises(SealError):
        unseal(sealed, purpose=purpose)


def test_altered_anywhere_it_does_not_open() -> None:
    sealed = seal(TEXT, purpose="a")
    for place in range(len(sealed) - 4):  # the last characters may hold bits that mean nothing
        letter = "A" if sealed[place] != "A" else "B"
        with pytest.raises(SealError) as caught:
            unseal(sealed[:place] + letter + sealed[place + 1 :], purpose="a")
        assert TEXT not in str(caught.value)


@pytest.mark.parametrize("text", ["", ":", "in the clear", "0123456789ab:", "é:gAAAA", "\x00"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(SealError):
        unseal(text, purpose="a")
    with pytest.raises(SealError):
        reseal(text)


def test_an_older_key_still_opens_and_no_longer_seals(settings: Settings) -> None:
    older = settings.SECRETS_KEYS
    sealed = seal(TEXT, purpose="a")
    settings.SECRETS_KEYS = [new_key(), *older]
    assert unseal(sealed, purpose="a") == TEXT
    assert key_of(seal(TEXT, purpose="a")) == current_key() != key_of(sealed)


def test_what_is_sealed_anew_needs_the_old_key_no_longer(settings: Settings) -> None:
    older = settings.SECRETS_KEYS
    sealed = seal(TEXT, purpose="a")
    settings.SECRETS_KEYS = [new_key(), *older]
    anew = reseal(sealed)
    settings.SECRETS_KEYS = settings.SECRETS_KEYS[:1]
    assert unseal(anew, purpose="a") == TEXT
    with pytest.raises(SealError):
        unseal(anew, purpose="b")
    with pytest.raises(SealError):
        unseal(sealed, purpose="a")
    with pytest.raises(SealError):
        reseal(sealed)


def test_the_name_of_a_key_gives_nothing_of_it_away(settings: Settings) -> None:
    assert current_key() not in settings.SECRETS_KEYS[0]
    assert len(current_key()) == 12


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([], "SECRETS_KEYS is not set"),
        (["short"], "Number 1 of 1"),
        ([found.SECRETS_KEYS[0], "not-a-key"], "Number 2 of 2"),
        ([found.TRYING_OUT], "which everybody knows"),
    ],
)
def test_what_is_wrong_with_the_keys_is_said_in_one_sentence_without_them(
    keys: list[str], words: str, settings: Settings
) -> None:
    settings.SECRETS_KEYS = keys
    problem = key_problem()
    assert words in problem
    assert problem.endswith(".")
    assert "\n" not in problem
    assert not any(key in problem for key in keys)


def test_keys_in_order_are_no_problem(settings: Settings) -> None:
    settings.SECRETS_KEYS = [new_key(), Fernet.generate_key().decode()]
    assert key_problem() == ""
