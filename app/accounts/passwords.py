"""Passwords: what a good one is, and how it is kept (argon2id; never itself)."""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from app.errors import InvalidInput

SHORTEST = 10
LONGEST = 200

# OWASP's figure for argon2id: 19 MiB, so that sixty sign-ins at once fit into memory.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

COMMON = frozenset(
    """
    password1234 passwordpassword password123 1234567890 12345678910 0123456789 9876543210
    123456789a 1q2w3e4r5t qwertyuiop qwerty12345 qwerty123456 q1w2e3r4t5 zaq12wsxcde3
    iloveyou123 letmein1234 welcome1234 welcome123 welcome2024 welcome2025 welcome2026
    administrator admin12345 changeme123 changemenow callcenter callcentre contactcenter
    contactcentre customerservice callwright callwright1 1111111111 0000000000 aaaaaaaaaa
    abcdefghij abc1234567 football123 baseball123 superman123 sunshine123 princess123
    trustno1234 monkey12345 dragon12345 master12345 summer2024 summer2025 summer2026
    """.split()
)


def check_new(password: str, *names: str, field: str = "password") -> None:
    """Raise ``InvalidInput`` unless ``password`` is fit for whoever has ``names``."""
    problem = _problem(password, names)
    if problem:
        raise InvalidInput(
            problem, field=field, remedy=_("Three or four unrelated words make a good one.")
        )


def _problem(password: str, names: tuple[str, ...]) -> str:
    found = ""
    plain = password.casefold()
    if len(password) < SHORTEST:
        found = _(
            "A password has at least %(n)s characters; this one has %(got)s.",
            n=SHORTEST,
            got=len(password),
        )
    elif len(password) > LONGEST:
        found = _("A password has at most %(n)s characters.", n=LONGEST)
    elif plain in COMMON or len(set(plain)) < 4:
        found = _("This password is one of the first anybody would guess.")
    elif any(_little_more_than(part, plain) for name in names for part in _parts(name)):
        found = _("A password must not be little more than the name.")
    return found


def _parts(name: str) -> set[str]:
    return {name.casefold(), *name.casefold().replace("@", " ").split()}


def _little_more_than(part: str, plain: str) -> bool:
    return len(part) >= 3 and part in plain and len(plain) - len(part) < 6


def hash_of(password: str) -> str:
    return HASHER.hash(password)


def matches(password: str, kept: str) -> bool:
    """Whether ``password`` is the one kept as ``kept``. A broken hash matches nothing."""
    try:
        return HASHER.verify(kept, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False


def match_nobody(password: str) -> None:
    """Take as long as ``matches`` does, so that nobody learns which names exist."""
    matches(password, _nobody())


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_of(secrets.token_hex(16))


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker figures than today's."""
    return HASHER.check_needs_rehash(kept)


def one_time() -> str:
    """A password to read out once: four groups of letters and digits nobody mixes up."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _i in range(4)) for _g in range(4))
