"""Files that people could hand over, for tests."""

from django.core.files.uploadedfile import SimpleUploadedFile


def pdf_bytes(words: str = "") -> bytes:
    """A PDF as far as anybody looks, with something in it to tell it from others."""
    return b"%PDF-1.7\n% " + words.encode() + b"\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"


def pdf(name: str = "plan.pdf", words: str = "") -> SimpleUploadedFile:
    """The same as it is uploaded."""
    return SimpleUploadedFile(name, pdf_bytes(words), content_type="application/pdf")


def note(name: str = "note.txt", words: str = "words") -> SimpleUploadedFile:
    """A text."""
    return SimpleUploadedFile(name, words.encode(), content_type="text/plain")
