"""The texts of Django and allauth that we translate ourselves."""

from pathlib import Path

import allauth
import django
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts import borrowed_texts


def catalogue(package: Path) -> Catalog:
    with (package / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file)


CASES = [
    *((Path(django.__file__).parent / "contrib/admin", text) for text in borrowed_texts.ADMIN),
    *((Path(allauth.__file__).parent, text) for text in borrowed_texts.ALLAUTH),
]


@pytest.mark.parametrize(("package", "text"), CASES)
def test_each_is_still_a_text_of_its_package(package: Path, text: str) -> None:
    assert catalogue(package).get(text) is not None


def test_what_a_password_must_be_is_said_in_our_own_dutch() -> None:
    with translation.override("nl"):
        rules = password_validators_help_texts()
        with pytest.raises(ValidationError) as refused:
            validate_password("12345")
    assert all(rule.startswith("Je wachtwoord") for rule in rules)
    assert refused.value.messages == [
        "Dit wachtwoord is te kort: maak het minstens 10 tekens lang.",
        "Dit wachtwoord komt te vaak voor.",
        "Dit wachtwoord bestaat alleen uit cijfers.",
    ]
