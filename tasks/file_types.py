"""What a file is, by what is in it; and whether people may hand it over under the name that it has.

An allow-list: what is not known here is refused. Programs, scripts and web pages are refused whatever they are called,
and a file under a name that says something else than what is in it is refused with a sentence that says what it is.
"""

import codecs
from dataclasses import dataclass
from typing import Any

import puremagic
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.drawings import NotJustADrawing, check_drawing
from tasks.file_heads import HEAD, image_format, is_heic, is_pdf, runs, sound_or_video
from tasks.file_limits import check_size
from tasks.file_names import clean_name, ending_of
from tasks.zip_contents import MACROS, BadZip, Contents, look_into

PROGRAM = _("%(name)s is %(what)s. What can run is not taken: send a document, an image or a PDF.")
RUNS = _("%(name)s has the name of a program or a script. What can run is not taken.")
LIES = _("%(name)s is %(what)s, though its name says otherwise. Give it a name that fits, or choose another file.")
NOT_TAKEN = _(
    "%(name)s is not of a kind that is taken: PDF, images, Word, Excel and other office documents, text, zip, sound and"
    " video are."
)
LOOKS_LIKE = _("%(name)s looks like a %(ending)s file, and those are not taken. Save it as something else, like a PDF.")
DRAWING = _("%(name)s %(why)s. Only a plain drawing is taken: save it as a plain SVG, PNG or PDF.")
ZIP = _("%(name)s %(why)s.")
OLD_OFFICE = _(
    "%(name)s is an older office document, or locked with a password: nobody can see whether there are programs in it."
    " Save it as docx, xlsx, pptx or PDF, without a password."
)
MAIL = _("%(name)s can carry anything within it. Save what it says as a PDF, and send what is attached by itself.")
EMPTY = _("%(name)s is empty.")


@dataclass(frozen=True)
class Kind:
    """One kind of file that is taken, with the endings that its name may have; the first is its own."""

    media_type: str
    name: Promise
    endings: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_KINDS = [
    Kind("application/pdf", _("a PDF"), (".pdf", ".ai")),
    Kind("image/png", _("a PNG image"), (".png",)),
    Kind("image/jpeg", _("a JPEG image"), (".jpg", ".jpeg", ".jfif", ".jpe")),
    Kind("image/webp", _("a WebP image"), (".webp",)),
    Kind("image/gif", _("a GIF image"), (".gif",)),
    Kind("image/heic", _("a photo (HEIC)"), (".heic", ".heif", ".heics")),
    Kind("image/tiff", _("a TIFF image"), (".tif", ".tiff")),
    Kind("image/svg+xml", _("a drawing (SVG)"), (".svg",)),
    Kind("image/vnd.adobe.photoshop", _("a Photoshop file"), (".psd", ".psb")),
    Kind("application/x-indesign", _("an InDesign file"), (".indd", ".indt")),
    Kind("application/x-figma", _("a Figma file"), (".fig",)),
    Kind("application/x-sketch", _("a Sketch file"), (".sketch",)),
    Kind(f"{_OFFICE}.wordprocessingml.document", _("a Word document"), (".docx", ".dotx")),
    Kind(f"{_OFFICE}.spreadsheetml.sheet", _("an Excel file"), (".xlsx", ".xltx")),
    Kind(f"{_OFFICE}.presentationml.presentation", _("a PowerPoint presentation"), (".pptx", ".ppsx", ".potx")),
    Kind(f"{_OPEN}.text", _("an OpenDocument text"), (".odt", ".ott")),
    Kind(f"{_OPEN}.spreadsheet", _("an OpenDocument spreadsheet"), (".ods", ".ots")),
    Kind(f"{_OPEN}.presentation", _("an OpenDocument presentation"), (".odp", ".otp")),
    Kind(f"{_OPEN}.graphics", _("an OpenDocument drawing"), (".odg", ".otg")),
    Kind("application/vnd.apple.iwork", _("a Pages, Numbers or Keynote file"), (".pages", ".numbers", ".key")),
    Kind("application/epub+zip", _("an e-book (EPUB)"), (".epub",)),
    Kind("application/zip", _("a zip file"), (".zip",)),
    Kind("audio/mpeg", _("a sound file (MP3)"), (".mp3",)),
    Kind("audio/mp4", _("a sound file (M4A)"), (".m4a", ".m4b", ".mp4")),
    Kind("audio/wav", _("a sound file (WAV)"), (".wav", ".wave")),
    Kind("audio/ogg", _("a sound file (Ogg)"), (".ogg", ".oga", ".opus", ".ogv")),
    Kind("video/mp4", _("a video (MP4)"), (".mp4", ".m4v", ".m4a")),
    Kind("video/quicktime", _("a video (QuickTime)"), (".mov", ".qt")),
    Kind("video/webm", _("a video (WebM)"), (".webm", ".weba")),
    Kind("text/calendar", _("a calendar"), (".ics", ".ical", ".txt")),
    Kind("text/vcard", _("a business card"), (".vcf", ".vcard", ".txt")),
    Kind("text/plain", _("plain text"), (".txt", ".text", ".log", ".srt", ".vtt")),
    Kind("text/csv", _("a text file with a table"), (".csv", ".tsv")),
    Kind("text/markdown", _("plain text"), (".md", ".markdown")),
    Kind("application/json", _("plain text"), (".json",)),
]
KINDS: dict[str, Kind] = {kind.media_type: kind for kind in _KINDS}
# What plain text is called by its name: it is written in letters either way.
TEXTS = ("text/plain", "text/csv", "text/markdown", "application/json")
IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
MARKS = {
    b"8BPS": "image/vnd.adobe.photoshop",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5\xbd\x31\xef\xe7\xfe\x74\xb7\x1d": "application/x-indesign",
    b"fig-kiwi": "application/x-figma",
}
OFFICE_FOLDERS = {
    "word": f"{_OFFICE}.wordprocessingml.document",
    "xl": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt": f"{_OFFICE}.presentationml.presentation",
}
OLD_OFFICE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RUN_BY_NAME = frozenset(
    """.js .mjs .cjs .jse .ts .bat .cmd .ps1 .psm1 .vbs .vbe .wsf .wsh .hta .py .pyw .rb .pl .php .phtml .asp .aspx .jsp
    .cgi .sh .bash .zsh .fish .command .exe .com .scr .pif .cpl .dll .msi .msix .appx .lnk .url .desktop .webloc .reg
    .inf .jar .jnlp .apk .ipa .app .pkg .deb .rpm .html .htm .xhtml .xht .shtml .mht .mhtml .svgz .swf .chm .docm .dotm
    .xlsm .xltm .xlam .xlsb .pptm .potm .ppsm .ppam .scpt .applescript .ade .mde .gadget .iqy .slk .settingcontent-ms
    .library-ms .search-ms .xll .css .wasm .eps .ps""".split()  # noqa: SIM905 - one to a line would take pages
)
TYPE = "checked_type"


def check_file(upload: "UploadedFile[Any]") -> str:
    """The media type, by what is in it. Raises ValidationError, in words, for what people can't hand over.

    A name without an ending gets the one of what it is. The file is left at its beginning, to be stored.
    """
    check_size(upload)
    if not upload.size:
        raise _refused(EMPTY, upload)
    try:
        kind = _kind_of(upload)
    finally:
        upload.seek(0)
    ending = ending_of(upload.name)
    if not ending:
        upload.name = f"{clean_name(upload.name)}{kind.endings[0]}"
    elif ending not in kind.endings:
        raise _refused(RUNS if ending in RUN_BY_NAME else LIES, upload, what=kind.name)
    remember_type(upload, kind.media_type)
    return kind.media_type


def remember_type(upload: "UploadedFile[Any]", media_type: str) -> None:
    """Keep with the upload what it was found to be, for its row."""
    setattr(upload, TYPE, media_type)


def checked_type(upload: "UploadedFile[Any]") -> str:
    """What it was found to be; empty when nobody has looked."""
    return str(getattr(upload, TYPE, ""))


def _refused(message: Any, upload: "UploadedFile[Any]", **params: Any) -> ValidationError:
    return ValidationError(message, code="file_type", params={"name": clean_name(upload.name), **params})


def _kind_of(upload: "UploadedFile[Any]") -> Kind:
    """What it is. Raises ValidationError for what is not taken."""
    upload.seek(0)
    head = upload.read(HEAD)
    if what := runs(head):
        raise _refused(PROGRAM, upload, what=what)
    if head.startswith(OLD_OFFICE_MARK):
        raise _refused(OLD_OFFICE, upload)
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _zipped(upload)
    if media_type := next((found for mark, found in MARKS.items() if head.startswith(mark)), None):
        return KINDS[media_type]
    if is_pdf(upload):
        return KINDS["application/pdf"]
    if is_heic(upload):
        return KINDS["image/heic"]
    media_type = IMAGES.get(image_format(upload, IMAGES) or "") or sound_or_video(upload)
    return KINDS[media_type] if media_type else _written(upload, head)


def _zipped(upload: "UploadedFile[Any]") -> Kind:
    try:
        contents = look_into(upload)
        return KINDS[_packed(contents)]
    except BadZip as bad:
        raise _refused(ZIP, upload, why=bad.why) from bad


def _packed(contents: Contents) -> str:
    """What kind of document a zip is, or just a zip. Raises BadZip for one that holds macros."""
    names = contents.names
    if contents.has(r"(^|/)(vbaProject\.bin|vbaData\.xml)$|/(activeX|macrosheets)/"):
        raise BadZip(MACROS)
    if document := _office(contents):
        return document
    if contents.has(r"^Index/(Document|Slide).*\.iwa$"):
        return "application/vnd.apple.iwork"
    if {"document.json", "meta.json"} <= names:
        return "application/x-sketch"
    return "application/x-figma" if "canvas.fig" in names else "application/zip"


def _office(contents: Contents) -> str | None:
    """What kind of document it is, by its folders or by what it says first. Raises BadZip for one that holds macros."""
    if "[Content_Types].xml" in contents.names:
        for folder, media_type in OFFICE_FOLDERS.items():
            if contents.has(rf"^{folder}/"):
                return media_type
    said = contents.mimetype.removesuffix("-template")
    if said not in KINDS:
        return None
    if contents.has(r"^(Basic|Scripts)/."):
        raise BadZip(MACROS)
    return said


def _written(upload: "UploadedFile[Any]", head: bytes) -> Kind:
    """Text, or a drawing in text. Raises ValidationError for anything else: nobody knows what it is."""
    ending = ending_of(upload.name)
    if not _is_text(upload):
        raise _unknown(upload, head)
    begins = _first_words(head)
    if begins.startswith("<svg") or (begins.startswith("<") and ending == ".svg"):
        return _drawing(upload)
    if ending in RUN_BY_NAME:
        raise _refused(RUNS, upload)
    if ending in {".eml", ".msg", ".mbox"}:
        raise _refused(MAIL, upload)
    for mark, media_type in (("begin:vcalendar", "text/calendar"), ("begin:vcard", "text/vcard")):
        if begins.startswith(mark):
            return KINDS[media_type]
    if begins.startswith(("{\\rt", "<?xml", "<")) and ending not in {".md", ".markdown", ".txt"}:
        raise _refused(NOT_TAKEN, upload)
    return next((KINDS[text] for text in TEXTS if ending in KINDS[text].endings), KINDS["text/plain"])


def _drawing(upload: "UploadedFile[Any]") -> Kind:
    upload.seek(0)
    try:
        check_drawing(upload.read())
    except NotJustADrawing as bad:
        raise _refused(DRAWING, upload, why=bad.why) from bad
    return KINDS["image/svg+xml"]


def _first_words(head: bytes) -> str:
    """The beginning of a text in small letters, without what may stand before the first element of a drawing."""
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if utf16 else "utf-8-sig", "ignore").lstrip().casefold()
    while text.startswith(("<?xml", "<!--", "<!doctype svg")):
        _before, _end, text = text.partition("-->" if text.startswith("<!--") else ">")
        text = text.lstrip()
    return text


def _is_text(upload: "UploadedFile[Any]") -> bool:
    """Whether all of it are letters: in UTF-8 or UTF-16, or as Windows in Western Europe writes them."""
    upload.seek(0)
    start = upload.read(2)
    wide = start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    return any(_decodes(upload, name) for name in (("utf-16",) if wide else ("utf-8", "cp1252")))


def _decodes(upload: "UploadedFile[Any]", encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    upload.seek(0)
    try:
        while part := upload.read(64 * 1024):
            if _has_control(decoder.decode(part)):
                return False
        return not _has_control(decoder.decode(b"", True))
    except UnicodeError:
        return False


CONTROL = dict.fromkeys(set(range(32)) - {9, 10, 12, 13, 26} | {127})


def _has_control(text: str) -> bool:
    return len(text.translate(CONTROL)) != len(text)


def _unknown(upload: "UploadedFile[Any]", head: bytes) -> ValidationError:
    """Refused, with what it looks like where puremagic knows."""
    try:
        found = [guess for guess in puremagic.magic_string(head) if guess.extension and guess.confidence >= 0.4]
    except Exception:  # it says "I don't know" by raising, and stumbles over some bytes
        found = []
    if not found or found[0].extension in {".txt", *(end for kind in _KINDS for end in kind.endings)}:
        return _refused(NOT_TAKEN, upload)
    return _refused(LOOKS_LIKE, upload, ending=found[0].extension)
