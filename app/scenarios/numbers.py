"""Amounts, dates and digit strings said in words (or typed), with the words they took.

Cardinals are read by text2num; how people say money, years and digits is read here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from text_to_num import text2num

_UNITS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        range(20, 100, 10),
        strict=True,
    )
)
_SCALES = frozenset({"hundred", "thousand", "million"})
_DIGITS = {
    **{w: str(v) for w, v in _UNITS.items() if v < 10},
    "oh": "0",
    "o": "0",
    "nought": "0",
}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_MONTHS = {
    name: i + 1
    for i, name in enumerate(
        "january february march april may june july august september october november "
        "december".split()
    )
}
_ORDINALS = {
    name: i + 1
    for i, name in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
        "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
    )
} | {"twentieth": 20, "thirtieth": 30}
_CURRENCIES = {
    "dollar": "USD",
    "dollars": "USD",
    "bucks": "USD",
    "pound": "GBP",
    "pounds": "GBP",
    "quid": "GBP",
    "euro": "EUR",
    "euros": "EUR",
}
_CENTS = frozenset({"cent", "cents", "penny", "pence", "p"})


@dataclass(frozen=True, slots=True)
class Amount:
    """Money; ``start`` and ``end`` (exclusive) are word numbers. Currency "" when only cents."""

    value: Decimal
    currency: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DateSaid:
    """A day; ``year`` is None when it was not said."""

    day: int
    month: int
    year: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DigitsSaid:
    """A string of at least three digits said one after another."""

    digits: str
    start: int
    end: int


def amounts(tokens: Sequence[str]) -> tuple[Amount, ...]:
    """The sums of money in a turn: "thirty five dollars fifty", "a hundred and ten pounds"."""
    found, i = [], 0
    while i < len(tokens):
        amount = _amount(tokens, i)
        if amount:
            found.append(amount)
        i = amount.end if amount else i + 1
    return tuple(found)


def dates(tokens: Sequence[str]) -> tuple[DateSaid, ...]:
    """The days in a turn: "the fourth of may nineteen eighty two", "may fourth"."""
    found, i = [], 0
    while i < len(tokens):
        date = _day_first(tokens, i) or _month_first(tokens, i)
        if date and _possible(date):
            found.append(date)
        i = date.end if date else i + 1
    return tuple(found)


def digit_strings(tokens: Sequence[str], least: int = 3) -> tuple[DigitsSaid, ...]:
    """Runs of at least ``least`` digits: "four two one nine", "double two oh", "4219"."""
    found, i = [], 0
    while i < len(tokens):
        digits, end = "", i
        for piece, after in _digit_pieces(tokens, i):
            digits, end = digits + piece, after
        if len(digits) >= least:
            found.append(DigitsSaid(digits, i, end))
        i = max(end, i + 1)
    return tuple(found)


def cardinal(tokens: Sequence[str], start: int) -> tuple[int, int] | None:
    """The number that begins at word ``start`` and the word after it, or None."""
    first = tokens[start].replace(",", "")
    if first.isascii() and first.isdigit():
        return int(first), start + 1
    for end in range(_number_end(tokens, start), start, -1):
        phrase = [w for w in tokens[start:end] if w != "and"]
        if tokens[end - 1] == "and" or not phrase:
            continue
        if phrase[0] in ("a", "an"):
            phrase = ["one", *phrase[1:]] if len(phrase) > 1 and phrase[1] in _SCALES else []
        try:
            return int(text2num(" ".join(phrase), "en")), end
        except ValueError:
            continue
    return None


def _number_end(tokens: Sequence[str], start: int) -> int:
    end = start
    words = {*_UNITS, *_TENS, *_SCALES}
    while end < len(tokens) and (
        tokens[end] in words
        or (end == start and tokens[end] in ("a", "an"))
        or (end > start and tokens[end] == "and" and tokens[end - 1] in _SCALES)
    ):
        end += 1
    return end


def _amount(tokens: Sequence[str], i: int) -> Amount | None:
    typed = _typed(tokens, i)
    if typed:
        return typed
    number = cardinal(tokens, i)
    if number is None or number[1] >= len(tokens):
        return None
    value, at = number
    unit = tokens[at]
    if unit in _CENTS:
        return Amount(Decimal(value) / 100, "", i, at + 1)
    if unit == "point" and at + 1 < len(tokens):
        return _pointed(tokens, i, value, at + 1)
    if unit not in _CURRENCIES:
        return None
    cents, end = _cents(tokens, at + 1)
    return Amount(value + Decimal(cents) / 100, _CURRENCIES[unit], i, end)


def _typed(tokens: Sequence[str], i: int) -> Amount | None:
    """ "$35.50" or "£20", as chat writes it."""
    signs = {"$": "USD", "£": "GBP", "€": "EUR"}
    text = tokens[i].rstrip(".,").replace(",", "")
    number = text[1:]
    if text[:1] in signs and number.isascii() and number.replace(".", "", 1).isdigit():
        return Amount(Decimal(number), signs[text[0]], i, i + 1)
    return None


def _pointed(tokens: Sequence[str], i: int, value: int, at: int) -> Amount | None:
    digits, end = "", at
    while end < len(tokens) and tokens[end] in _DIGITS:
        digits, end = digits + _DIGITS[tokens[end]], end + 1
    if not digits and (number := cardinal(tokens, at)):
        digits, end = str(number[0]), number[1]
    if not digits or end >= len(tokens) or tokens[end] not in _CURRENCIES:
        return None
    return Amount(Decimal(f"{value}.{digits}"), _CURRENCIES[tokens[end]], i, end + 1)


def _cents(tokens: Sequence[str], at: int) -> tuple[int, int]:
    """What follows the currency: "fifty", "and twenty cents"; (0, at) when nothing does."""
    joined = at < len(tokens) and tokens[at] == "and"
    start = at + joined
    number = cardinal(tokens, start) if start < len(tokens) else None
    if number is None or not 0 < number[0] < 100:
        return 0, at
    named = number[1] < len(tokens) and tokens[number[1]] in _CENTS
    if named:
        return number[0], number[1] + 1
    # "ten dollars two" is more likely "to"; "thirty dollars twenty euros" are two amounts.
    unclear = joined or number[0] < 10 or tokens[start] in ("a", "an")
    other = number[1] < len(tokens) and tokens[number[1]] in {
        *_CURRENCIES,
        *_MONTHS,
        "percent",
    }
    return (0, at) if unclear or other else number


def _day_first(tokens: Sequence[str], i: int) -> DateSaid | None:
    day = _day(tokens, i)
    if day is None:
        return None
    at = day[1] + (day[1] < len(tokens) and tokens[day[1]] == "of")
    if at >= len(tokens) or tokens[at] not in _MONTHS:
        return None
    year, end = _year(tokens, at + 1)
    return DateSaid(day[0], _MONTHS[tokens[at]], year, i, end)


def _month_first(tokens: Sequence[str], i: int) -> DateSaid | None:
    if tokens[i] not in _MONTHS:
        return None
    at = i + 1 + (i + 1 < len(tokens) and tokens[i + 1] == "the")
    day = _day(tokens, at) if at < len(tokens) else None
    if day is None:
        return None
    year, end = _year(tokens, day[1])
    return DateSaid(day[0], _MONTHS[tokens[i]], year, i, end)


def _day(tokens: Sequence[str], i: int) -> tuple[int, int] | None:
    """A day of the month as ordinal, cardinal or digits, and the word after it."""
    word = tokens[i]
    following = tokens[i + 1] if i + 1 < len(tokens) else ""
    if word in _TENS and _ORDINALS.get(following, 99) < 10:
        return _TENS[word] + _ORDINALS[following], i + 2
    if word in _ORDINALS:
        return _ORDINALS[word], i + 1
    bare = word.removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
    if bare.isascii() and bare.isdigit() and len(bare) < 3:
        return int(bare), i + 1
    if word in _TENS and _UNITS.get(following, 99) in range(1, 10):
        return _TENS[word] + _UNITS[following], i + 2
    plain = _UNITS.get(word, _TENS.get(word))
    return None if plain is None else (plain, i + 1)


def _year(tokens: Sequence[str], at: int) -> tuple[int | None, int]:
    """ "nineteen eighty two", "twenty oh five", "two thousand and three", "1982", "eighty two"."""
    if at < len(tokens) and tokens[at] == "in":
        at += 1
    if at >= len(tokens):
        return None, at
    if tokens[at] in ("nineteen", "twenty") and at + 1 < len(tokens):
        rest = _two_digits(tokens, at + 1)
        if rest and (tokens[at] == "nineteen" or rest[0] >= 10 or tokens[at + 1] in _DIGITS):
            single = tokens[at] == "twenty" and tokens[at + 1] in _UNITS and rest[0] < 10
            if not single or tokens[at + 1] in ("oh", "o"):
                return (1900 if tokens[at] == "nineteen" else 2000) + rest[0], rest[1]
    number = cardinal(tokens, at)
    if number and 1900 <= number[0] <= 2099:
        return number
    short = _two_digits(tokens, at)
    if short and short[0] >= 30 and tokens[at] in _TENS:
        return 1900 + short[0], short[1]
    return None, at


def _two_digits(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    word = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in ("oh", "o") and following in _DIGITS:
        return int(_DIGITS[following]), at + 2
    if word == "hundred":
        return 0, at + 1
    if word in _TENS:
        unit = _UNITS.get(following, 0)
        return (_TENS[word] + unit, at + 2) if 0 < unit < 10 else (_TENS[word], at + 1)
    return (_UNITS[word], at + 1) if word in _UNITS else None


def _possible(date: DateSaid) -> bool:
    try:
        dt.date(date.year or 2000, date.month, date.day)
    except ValueError:
        return False
    return True


def _digit_pieces(tokens: Sequence[str], i: int) -> Iterator[tuple[str, int]]:
    while i < len(tokens):
        word = tokens[i]
        if word in _TIMES and i + 1 < len(tokens) and tokens[i + 1] in _DIGITS:
            i += 2
            yield _DIGITS[tokens[i - 1]] * _TIMES[word], i
        elif word in _DIGITS:
            i += 1
            yield _DIGITS[word], i
        elif word.isascii() and word.isdigit():
            i += 1
            yield word, i
        elif word in _TENS or 10 <= _UNITS.get(word, 0) < 20:
            # "forty two nineteen": pairs, as people read card numbers.
            pair = _two_digits(tokens, i)
            assert pair is not None
            i = pair[1]
            yield str(pair[0]), i
        else:
            return
