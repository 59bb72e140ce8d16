"""Numbers, sums, dates and digits as people say them (English), and sums back from speech."""

from __future__ import annotations

import re
from datetime import date

from app.scenarios.numbers import amounts

_ONES: tuple[str, ...] = tuple(
    re.findall(
        r"\w+",
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen",
    )
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday today tomorrow".split())
_MONTHS: tuple[str, ...] = tuple(
    re.findall(
        r"\w+",
        "January February March April May June July August September October November December",
    )
)


def cardinal(number: int) -> str:
    """``142`` -> ``one hundred and forty-two``; up to 999,999, below zero with ``minus``."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred" + (f" and {cardinal(rest)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    joint = " and " if rest < 100 else " "
    return f"{cardinal(thousands)} thousand" + (f"{joint}{cardinal(rest)}" if rest else "")


def ordinal(number: int) -> str:
    """``21`` -> ``twenty-first``."""
    words = cardinal(number)
    head, dash, last = words.rpartition("-") if "-" in words else words.rpartition(" ")
    if last in _IRREGULAR:
        last = _IRREGULAR[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return f"{head}{dash}{last}"


def money(amount: float, unit: str = "dollar") -> str:
    """``42.5`` -> ``forty-two dollars and fifty cents``."""
    cents = round(amount * 100)
    whole, rest = divmod(cents, 100)
    parts = [f"{cardinal(whole)} {unit}{'' if whole == 1 else 's'}"] if whole or not rest else []
    if rest:
        parts.append(f"{cardinal(rest)} cent{'' if rest == 1 else 's'}")
    return " and ".join(parts)


def digits(text: str) -> str:
    """``4217`` -> ``four two one seven``; groups apart by a space or dash get a pause."""
    groups = [g for g in re.split(r"[^0-9A-Za-z]+", text) if g]
    return ", ".join(" ".join(_ONES[int(c)] if c.isdigit() else c for c in g) for g in groups)


def year(number: int) -> str:
    """``1971`` -> ``nineteen seventy-one``, ``2003`` -> ``two thousand and three``."""
    century, rest = divmod(number, 100)
    if 2000 <= number < 2010 or (rest == 0 and number % 1000 == 0):
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def day(iso: str) -> str:
    """``1971-05-04`` -> ``the fourth of May, nineteen seventy-one``."""
    d = date.fromisoformat(iso)
    return f"the {ordinal(d.day)} of {_MONTHS[d.month - 1]}, {year(d.year)}"


def day_said(text: str) -> str:
    """The one day named in what was said (``tuesday``, ``today``, ``tomorrow``).

    Empty when none was, or several: "not Tuesday but Thursday" is not for us to judge.
    """
    named = _DAYS.intersection(re.findall(r"[a-z]+", text.lower()))
    return next(iter(named)) if len(named) == 1 else ""


def sum_said(text: str) -> float:
    """The greatest sum of money in what was said, 0.0 when none."""
    tokens = [word.strip(".,;:!?") for word in text.lower().replace("-", " ").split()]
    return max((float(found.value) for found in amounts(tokens)), default=0.0)
