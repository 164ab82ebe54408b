"""Cells of a table that a spreadsheet opens: what people typed stays text."""

import re

# Without it, Excel takes UTF-8 for something else.
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
AFTER_A_SEPARATOR = re.compile(r"([;,\t\r\n]\s*)(?=[=+\-@])")


def safe(text: str) -> str:
    """What people typed, as text: a spreadsheet would run what begins like a formula.

    Also behind a separator, as a spreadsheet may part the cells at another one than ours.
    """
    guarded = AFTER_A_SEPARATOR.sub(r"\1'", text)
    return f"'{guarded}" if guarded.lstrip(" ").startswith(FORMULA_STARTS) else guarded
