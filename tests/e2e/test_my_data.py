"""My data in the browser: an export from asking to opening it, leaving altogether, and a team that stays after all."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import CrewIn, Enter, LiveStack

pytestmark = pytest.mark.browser


def test_an_export_is_asked_for_made_and_opened(
    crew_in: CrewIn, enter: Enter, live_stack: LiveStack, tmp_path: Path
) -> None:
    owner = enter(crew_in("en").owner)
    owner.open("/profile/data/")
    form = owner.page.locator('form[action="/profile/data/export/"]').filter(has=owner.page.locator("[name=team]"))
    with owner.going_on():
        form.locator("button").click()
    expect(owner.page.locator(".flash.success")).to_be_visible()
    expect(owner.page.locator("progress.meter")).to_be_visible()

    link = owner.page.locator('main a.primary[href^="/profile/data/"]')  # the page finds out by itself
    link.wait_for(timeout=90_000)
    with owner.page.expect_download() as download:
        link.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)

    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None
    assert {"README.txt", "json/tasks.json", "csv/tasks.csv", "json/members.json"} <= set(archive.namelist())
    mail = live_stack.mail_to(owner.account.email, "ready to download")
    text = mail.get_body(("plain",))
    assert text is not None
    assert "/profile/data/" in text.get_content()
    assert not list(mail.iter_attachments())


def test_somebody_deletes_their_account_on_a_phone_in_dutch(crew_in: CrewIn, enter: Enter) -> None:
    guest = enter(crew_in("nl").assistant)
    guest.page.set_viewport_size({"width": 360, "height": 740})
    guest.open("/profile/data/")
    with guest.going_on():
        guest.page.locator('a[href="/profile/delete/"]').click()
    assert guest.page.evaluate("document.documentElement.scrollWidth") <= 360
    form = guest.page.locator("main form:has([name=typed])")
    form.locator("[name=typed]").fill("iets anders")
    with guest.going_on():
        form.locator("button.danger").click()
    expect(guest.page.locator("main .invalid-feedback").first).to_be_visible()

    form.locator("[name=typed]").fill(guest.account.email)
    form.locator("button.danger").click()
    expect(guest.page).to_have_url(re.compile(r"/accounts/login/"))
    expect(guest.page.locator(".flash.success")).to_have_text(
        guest.says("Your account is deleted. Thank you for having been here.")
    )
    guest.open("/now/")
    expect(guest.page).to_have_url(re.compile(r"/accounts/login/"))
    guest.complaints[:] = [line for line in guest.complaints if "422" not in line]


def test_a_team_is_to_be_deleted_and_stays_after_all(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("en")
    owner, assistant = enter(crew.owner), enter(crew.assistant)
    owner.open("/team/")
    with owner.going_on():
        owner.page.locator('main a[href$="/delete/"]').click()
    name = owner.page.locator(".crumbs a").inner_text()
    form = owner.page.locator("main form:has([name=typed])")
    form.locator("[name=typed]").fill(name)
    owner.send(form)
    assistant.open("/now/")
    expect(assistant.page.locator(".flash.warning")).to_contain_text("is going to be deleted")

    owner.send(owner.page.locator('form[action$="/delete/call-off/"]'))
    assistant.open("/now/")
    expect(assistant.page.locator(".flash.warning")).to_have_count(0)
