"""A login given once: found while writing a brief, suggested for the next one like it, and gone with the work."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.person import TASK_PAGE, Person

pytestmark = [pytest.mark.browser, pytest.mark.broker]

PHONE = {"width": 360, "height": 800}
LOGIN = "Beheer van de webwinkel"
PASSWORD = "Kanarie-Middelen-1234!"  # pragma: allowlist secret


def test_a_login_is_given_once_and_lent_as_long_as_the_work_lasts(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("nl")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    eva.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    sam.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    _give_login(eva)

    # The first time it is found by a search.
    form = _begin(eva, "Nieuwsbrief van januari")
    form.locator("[name=resource_search]").fill("WEBWINKEL")
    _pick(form).check()
    fits_on_a_phone(eva)
    first = _hand_over(eva, form)

    # The next time it is suggested, because that task needed it.
    form = _begin(eva, "De nieuwsbrief van februari")
    expect(form.locator("#suggested")).to_be_visible()
    _pick(form, "[aria-labelledby=suggested]").check()
    second = _hand_over(eva, form)

    sam.answer_from_now(first, "accept-task", read_back="Ik stuur hem vrijdag.")
    sam.answer_from_now(second, "accept-task", read_back="Die ook.")
    sam.sees(second, LOGIN, "eva@webwinkel.example", "https://webwinkel.example.com")
    assert PASSWORD not in sam.page.content()
    sam.open("/resources/")
    expect(sam.page.locator(".resources")).to_contain_text(LOGIN)
    fits_on_a_phone(sam)

    # It is lent as long as one of them is open, and not a moment longer.
    sam.do(first, "deliver", text="Verstuurd.")
    sam.open("/resources/")
    expect(sam.page.locator(".resources")).to_contain_text(LOGIN)
    sam.do(second, "deliver", text="Verstuurd.")
    sam.open("/resources/")
    expect(sam.page.locator(".resources")).to_have_count(0)
    sam.open(second)
    expect(sam.page.locator("#main")).not_to_contain_text(LOGIN)
    eva.sees(second, LOGIN)


def test_a_resource_is_found_without_javascript(crew_in: CrewIn, enter: Enter) -> None:
    eva = enter(crew_in("nl").owner, java_script=False)
    _give_login(eva)
    eva.open("/tasks/new/")
    form = eva.page.locator("form#handover")
    eva.fill(form, {"title": "Nieuwsbrief", "level": "just_do_it", "money_limit": "veel", "resource_search": "webw"})
    with eva.going_on():
        form.locator('button[value="find"]').click()
    expect(form.locator("[name=title]")).to_have_value("Nieuwsbrief")
    expect(form.locator("[name=money_limit]")).to_have_value("veel")
    _pick(form, "[aria-labelledby=found]").check()
    eva.fill(form, {"money_limit": ""})
    with eva.going_on():
        form.locator('button[value="draft"]').click()
    expect(eva.page).to_have_url(TASK_PAGE)
    expect(eva.page.locator("#main")).to_contain_text(LOGIN)


def _give_login(eva: Person) -> None:
    eva.open("/resources/")
    form = eva.page.locator(".resource-add form")
    if not form.is_visible():
        eva.page.locator(".resource-add summary").click()
    eva.fill(
        form,
        {
            "kind": eva.says("Login"),
            "name": LOGIN,
            "user_name": "eva@webwinkel.example",
            "web_address": "webwinkel.example.com",
            "password": PASSWORD,
        },
    )
    eva.send(form)
    expect(eva.page.locator(".resources")).to_contain_text(LOGIN)
    assert PASSWORD not in eva.page.content()


def _begin(eva: Person, title: str) -> Locator:
    eva.open("/tasks/new/")
    form = eva.page.locator("form#handover")
    values = {"title": title, "level": "just_do_it", "deliverable": "Verstuurd aan iedereen.", "assistant": "Sam Smit"}
    eva.fill(form, values)
    return form


def _pick(form: Locator, within: str = "#resource-lists") -> Locator:
    return form.locator(f"{within} label", has_text=re.compile(LOGIN)).locator("input")


def _hand_over(eva: Person, form: Locator) -> str:
    with eva.going_on():
        form.locator('button[value="delegate"]').click()
    expect(eva.page).to_have_url(TASK_PAGE)
    return "/" + eva.page.url.split("/", 3)[3]


def fits_on_a_phone(person: Person) -> None:
    """Nothing is wider than the screen."""
    assert person.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
