"""Files, end to end: delivered, downloaded, delivered again as a version; and one that lies, refused in Dutch."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import CrewIn, Enter
from tests.e2e.person import Person
from tests.tasks.files import pdf_bytes

pytestmark = [pytest.mark.browser, pytest.mark.broker]

PDF = "application/pdf"
PROGRAM = b"MZ\x90\0" + b"\0" * 200


def file(name: str, content: bytes) -> Any:
    """As a browser is given a file to send."""
    return {"name": name, "mimeType": PDF, "buffer": content}


def download(person: Person, link: Locator) -> tuple[str, bytes]:
    """The name and the content that one gets for pressing a link."""
    with person.page.expect_download() as waiting:
        link.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def handed_over(eva: Person, sam: Person) -> str:
    """A task with an example, which Sam took on."""
    task = eva.hand_over(
        title="Menukaart opmaken",
        level="propose",
        deliverable="Een menukaart van één pagina",
        criteria="Eén pagina",
        assistant="Sam Smit",
    ).task
    sam.answer_from_now(task, "accept-task", read_back="Eén pagina, zoals vorig jaar.")
    sam.do(task, "propose", text="Twee kolommen.")
    eva.answer_from_now(task, "approve")
    return task


def test_a_delivery_with_versions_and_a_file_that_lies(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("nl")
    eva, sam = enter(crew.owner), enter(crew.assistant)
    task = handed_over(eva, sam)

    # A program that is called a PDF, beside a real one: refused, and nothing that was typed or chosen well is lost.
    sam.open(f"{task}deliver/")
    form = sam.form(task, "deliver")
    sam.fill(form, {"text": "Hier is de menukaart."})
    form.locator("input[type=file]").set_input_files(
        [file("menu.pdf", pdf_bytes("eerste")), file("lettertype.pdf", PROGRAM)]
    )
    sam.press(form)
    main = sam.page.locator("#main")
    what = sam.says("a program for Windows")
    refused = "%(name)s is %(what)s. What can run is not taken: send a document, an image or a PDF."
    expect(main).to_contain_text(sam.says(refused, name="lettertype.pdf", what=what))
    expect(main).to_contain_text(sam.says("To be chosen again, or left out: %(names)s", names="lettertype.pdf"))
    expect(form.locator("textarea[name=text]")).to_have_value("Hier is de menukaart.")
    expect(form.locator("[name=attachments_kept]")).to_be_checked()
    sam.send(form)

    # Eva gets it as a download, under its name.
    eva.open(task)
    link = eva.page.locator(".files a", has_text="menu.pdf")
    assert download(eva, link) == ("menu.pdf", pdf_bytes("eerste"))

    # Once more under the same name: the next version, with the earlier one behind it.
    eva.do(task, "send-back", text="De prijzen ontbreken.")
    sam.do(task, "deliver", text="Nu met prijzen.", attachments=file("Menu.pdf", pdf_bytes("tweede")))
    eva.sees(task, sam.says("version %(number)s", number=2))
    banner = eva.page.locator(".banner .delivery")
    assert download(eva, banner.get_by_role("link", name="Menu.pdf", exact=True)) == ("Menu.pdf", pdf_bytes("tweede"))
    banner.locator("summary").click()
    assert download(eva, banner.locator("details a")) == ("menu.pdf", pdf_bytes("eerste"))


def test_an_example_goes_with_the_brief_without_javascript_too(crew_in: CrewIn, enter: Enter) -> None:
    crew = crew_in("en")
    eva, sam = enter(crew.owner, java_script=False), enter(crew.assistant)
    eva.open("/tasks/new/")
    form = eva.page.locator("form#handover")
    eva.fill(
        form, {"title": "Lay out the menu", "level": "just_do_it", "deliverable": "A menu", "assistant": "Sam Smit"}
    )
    form.locator("input[name=example_files]").set_input_files(file("last-year.pdf", pdf_bytes("example")))
    form.locator('button[value="delegate"]').click()
    expect(eva.page.locator(".flash.success")).to_be_visible()
    task = eva.page.url.split("//", 1)[1].partition("/")[2]
    sam.open(f"/{task}")
    assert download(sam, sam.page.locator(".files a", has_text="last-year.pdf")) == (
        "last-year.pdf",
        pdf_bytes("example"),
    )
