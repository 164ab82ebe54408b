"""Logging in, for real: passkeys (Chromium's own virtual authenticator), codes from an app, recovery, devices, limits.

Browsers take passkeys over http on `localhost` only, so these go there by that name.
"""

import re
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.e2e.conftest import CrewIn, LiveStack
from tests.e2e.crews import PASSWORD, Account
from tests.e2e.person import said

pytestmark = pytest.mark.browser

NOW = re.compile(r"/now/$")
STEP = "/accounts/second-step/"
Visit = Callable[..., Page]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def visit(browser: Browser, live_stack: LiveStack) -> Iterator[Visit]:
    """Opens a browser of its own, with a device that keeps passkeys. At the end none may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "the server responded with a status of 4" not in message.text:
            complaints.append(message.text)

    def visit(*, width: int = 1440, java_script: bool = True, locale: str = "en-GB") -> Page:
        context = browser.new_context(
            base_url=live_stack.url.replace("127.0.0.1", "localhost"),
            locale=locale,
            viewport={"width": width, "height": 900},
            java_script_enabled=java_script,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page: Page, account: Account) -> None:
    """With address and password, as far as that goes."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(account.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()


def log_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/accounts/login/"))


def add_passkey(page: Page, name: str) -> None:
    page.goto(f"{STEP}webauthn/add/")
    page.locator("input[name=name]").fill(name)
    page.locator("form[data-passkey] button.primary").click()
    expect(page.locator(".flash.success")).to_be_visible()


def set_up_app(page: Page) -> str:
    """Its secret. Leads to the recovery codes."""
    page.goto(f"{STEP}totp/activate/")
    expect(page.locator("img.qr")).to_be_visible()
    secret = str(page.locator("code.key").inner_text()).replace(" ", "")
    page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
    page.locator("main form button.primary").click()
    expect(page.locator("ul.codes li")).to_have_count(10)
    return secret


def give(page: Page, code: str) -> None:
    page.locator("input[name=code]").fill(code)
    page.locator("main form button.primary").click()


def code_in(mail: EmailMessage) -> str:
    text = mail.get_body(("plain",))
    assert text
    found = re.search(r"^\s*(\d{6})\s*$", text.get_content(), re.MULTILINE)
    assert found
    return found[1]


def test_a_passkey_is_made_and_logs_in_by_itself_and_as_a_second_step(visit: Visit, crew_in: CrewIn) -> None:
    eva, page = crew_in("en").owner, visit()
    log_in(page, eva)
    expect(page).to_have_url(NOW)
    page.goto("/profile/login/")
    page.get_by_role("link", name="Set up").click()
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.locator("input[name=name]")).to_have_value("Chrome on Linux")
    add_passkey(page, "My laptop")
    codes = page.locator("ul.codes li").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert all(code in saved.value.path().read_text() for code in codes)
    log_out(page)

    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page).to_have_url(NOW)
    log_out(page)

    log_in(page, eva)
    expect(page.locator("h1")).to_have_text("Second step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(NOW)

    page.goto(f"{STEP}webauthn/")
    page.get_by_role("link", name=re.compile("Rename ?: My laptop")).click()
    page.locator("input[name=name]").fill("Old laptop")
    page.locator("main form button.primary").click()
    page.get_by_role("link", name=re.compile("Remove ?: Old laptop")).click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.locator("main")).to_contain_text("You have no passkeys yet.")
    log_out(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.locator("main")).not_to_contain_text("Old laptop")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_browser_without_the_passkey_says_so_and_the_password_still_works(visit: Visit, crew_in: CrewIn) -> None:
    page = visit()
    page.goto("/accounts/login/")
    refuse = "() => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    page.evaluate(f"() => {{ navigator.credentials.get = {refuse} }}")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.locator('[data-passkey-said="stopped"]')).to_be_visible()
    log_in(page, crew_in("en").owner)
    expect(page).to_have_url(NOW)


def test_without_javascript_the_login_page_says_what_passkeys_need(visit: Visit) -> None:
    page = visit(java_script=False)
    page.goto("/accounts/login/")
    expect(page.locator("noscript p")).to_contain_text("Passkeys need JavaScript")


def test_an_app_is_set_up_and_asked_for_and_a_recovery_code_gets_in_once(visit: Visit, crew_in: CrewIn) -> None:
    eva, page = crew_in("en").owner, visit()
    log_in(page, eva)
    secret = set_up_app(page)
    codes = page.locator("ul.codes li").all_inner_texts()
    log_out(page)

    log_in(page, eva)
    give(page, "000000")
    expect(page.locator("main")).to_contain_text("This code is not right")
    give(page, pyotp.TOTP(secret).at(int(time.time()) + 30))  # the next one: that of now set the app up
    expect(page).to_have_url(NOW)
    log_out(page)

    for entry, text in ((codes[0], "1"), (codes[0], "2")):
        log_in(page, eva)
        give(page, entry)
        if text == "1":
            expect(page).to_have_url(NOW)
            log_out(page)
    expect(page.locator("main")).to_contain_text("This code is not right")
    give(page, codes[1])
    expect(page).to_have_url(NOW)


def test_another_device_is_logged_out_and_can_open_nothing_a_second_later(visit: Visit, crew_in: CrewIn) -> None:
    sam = crew_in("en").assistant
    laptop, phone, third = visit(), visit(), visit()
    for page in (laptop, phone, third):
        log_in(page, sam)
        expect(page).to_have_url(NOW)
    laptop.goto("/profile/login/")
    rows = laptop.locator(".members li")
    expect(rows).to_have_count(3)
    rows.locator("button").first.click()
    expect(laptop.locator(".flash.success")).to_contain_text("Logged out: ")
    expect(rows).to_have_count(2)
    laptop.get_by_role("button", name="Log out on all other devices").click()
    expect(rows).to_have_count(1)
    for page in (phone, third):
        page.goto("/tasks/")
        expect(page).to_have_url(re.compile("/accounts/login/"))
    laptop.goto("/tasks/")
    expect(laptop).to_have_url(re.compile("/tasks/$"))


def test_a_team_asks_for_a_second_step_and_who_has_none_sets_it_up_first(
    visit: Visit, crew_in: CrewIn, live_stack: LiveStack
) -> None:
    crew = crew_in("en")
    eva, sam = visit(), visit()
    log_in(eva, crew.owner)
    add_passkey(eva, "Laptop")
    log_in(sam, crew.assistant)
    eva.goto("/team/")
    eva.get_by_role("button", name="Ask everybody for a second step").click()
    expect(eva.locator(".flash.success")).to_be_visible()
    expect(eva.locator("main")).to_contain_text("Not set up yet by Finn Faber, Sam Smit")
    assert live_stack.mail_to(crew.assistant.email, "asks for a second step")

    sam.locator('nav a[href="/tasks/"]').first.click()
    expect(sam.locator(".flash.warning")).to_contain_text("Evers Events asks for a second step")
    set_up_app(sam)
    sam.get_by_role("link", name="I have kept them").click()
    expect(sam).to_have_url(NOW)
    sam.goto(f"{STEP}totp/deactivate/")
    expect(sam.locator("main")).to_contain_text("Set up another one first")


def test_signing_up_takes_the_code_from_the_mail(visit: Visit, live_stack: LiveStack) -> None:
    page = visit()
    page.goto("/accounts/signup/")
    fields = {"name": "Nina Nagel", "business": "Nagelstudio", "email": "nina.new@example.com"}
    for name, value in {**fields, "password1": "correct horse battery"}.items():
        page.locator(f"input[name={name}]").fill(value)
    page.locator("main form button.primary").click()
    expect(page.locator("h1")).to_have_text("Look in your mail")
    give(page, code_in(live_stack.mail_to("nina.new@example.com", "Your code")))
    expect(page).to_have_url(re.compile("/tasks/new/"))


def pressed_often(page: Page, path: str, times: int, **fields: str) -> None:
    """The form on this page is sent so often by hand, and then once more by its button."""
    page.goto(path)
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    for _ in range(times):
        page.context.request.post(path, form={**fields, "csrfmiddlewaretoken": token}, max_redirects=0)
    for name, value in fields.items():
        page.locator(f"input[name={name}]").fill(value)
    page.locator("main form button.primary").first.click()
    page.wait_for_load_state()


def test_too_many_presses_get_a_page_that_says_when_to_try_again(visit: Visit) -> None:
    page = visit()
    pressed_often(page, "/accounts/password/reset/", 10, email="hasty.e2e@example.com")
    expect(page.locator("h1")).to_have_text("That went too fast")
    expect(page.locator("main")).to_contain_text(re.compile(r"Try again in \d+ seconds"))


def test_too_many_wrong_passwords_say_when_to_try_again_and_the_owner_still_gets_in(
    visit: Visit, crew_in: CrewIn
) -> None:
    eva, own, stranger = crew_in("en").owner, visit(), visit()
    log_in(own, eva)
    log_out(own)
    pressed_often(stranger, "/accounts/login/", 5, login=eva.email, password="not-the-password-of-eva")
    slowed = re.compile(r"Too many attempts. Try again in \d+ (seconds|minutes)")
    expect(stranger.locator("main")).to_contain_text(slowed)
    log_in(stranger, eva)
    expect(stranger.locator("main")).to_contain_text(slowed)  # with the right one, too
    log_in(own, eva)
    expect(own).to_have_url(re.compile("/now/"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_fit_on_a_phone_in_dutch(scheme: str, visit: Visit, crew_in: CrewIn) -> None:
    eva, page = crew_in("nl").owner, visit(width=360, locale="nl-NL")
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    log_in(page, eva)
    for path in (
        "/profile/login/",
        STEP,
        f"{STEP}webauthn/add/",
        f"{STEP}totp/activate/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
    ):
        page.goto(path)
        looks_right(page, path)
    add_passkey(page, "Een heel lange naam voor een toegangssleutel op een oude laptop")
    looks_right(page, "recovery codes")
    page.goto(f"{STEP}webauthn/")
    looks_right(page, "passkeys")
    log_out(page)
    log_in(page, eva)
    expect(page.locator("h1")).to_have_text(said("Second step", "nl"))
    looks_right(page, "second step")


def looks_right(page: Page, where: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, where
