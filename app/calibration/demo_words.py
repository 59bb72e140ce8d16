"""What the demo's supervisors write beside a mark, by criterion, mark and what was heard."""

from __future__ import annotations

from collections.abc import Mapping

from app.quality.answers import Answer, Left

Words = Mapping[tuple[Answer, str], str]

WORDS: Mapping[str, Words] = {
    "greeting": {
        (5.0, ""): "Greeting, name and the offer of help, at once.",
        (2.0, ""): "Comes late, and the name is missing.",
        (1.0, ""): "Comes late, and the name is missing.",
    },
    "verification": {
        (1.0, ""): "Name and date of birth are asked for before anything is said.",
        (0.0, "pin"): "Asks for the PIN here. That is never part of the check.",
        (0.0, "too_late"): "Tells the balance here, before the check.",
        (Left.NOT_APPLICABLE, ""): "Nothing personal is spoken of.",
    },
    "understanding": {
        (5.0, ""): "Finds out what is needed before offering anything.",
        (4.0, ""): "Asks what is needed; could have said it back.",
        (3.0, ""): "Asks, and does not say it back.",
        (1.0, "insults"): "Does not even ask what the call is about.",
        (3.0, "offers_first"): "Offers a time first, and learns then what suits.",
        (2.0, "offers_first"): "Offers a time without asking what the visit is for.",
        (1.0, "offers_first"): "Offers a time without asking anything.",
        (3.0, "looked_nothing_up"): "Says the complaint back well, then looks nothing up.",
        (2.0, "looked_nothing_up"): "Answers from memory: the bill was not looked at.",
        (1.0, "looked_nothing_up"): "Asked twice to look it up, and does not.",
    },
    "empathy": {
        (5.0, ""): "Says what the customer feels, right away, and it calms.",
        (4.0, ""): "A warm word at the right moment.",
        (3.0, ""): "Kind, but a set phrase.",
        (1.0, "insults"): "Insults the customer.",
        (4.0, "once"): "Takes up the anger first, before the numbers.",
        (3.0, "once"): "One good sentence, then “I can’t offer you anything” again and again.",
        (2.0, "once"): "A set phrase; what follows shows that nobody listened.",
        (4.0, "late"): "Friendly all the way; the customer says so herself.",
        (3.0, "late"): "Takes up the worry, but at the end only.",
        (2.0, "late"): "The worry at the beginning is passed over.",
        (3.0, "hurried"): "Polite, no more.",
        (2.0, "hurried"): "Hurries past what is said.",
        (1.0, "hurried"): "Says goodbye while the customer is still asking.",
    },
    "solution": {
        (5.0, ""): "All done, and the next question was answered too.",
        (4.0, ""): "Right and complete.",
        (1.0, ""): "Nothing was solved: the customer gave up.",
        (2.0, ""): "Nothing was solved, though the reason was named.",
        (1.0, "promised"): "Promises more than we may give.",
        (3.0, "preparation"): "Booked; what to bring was never said.",
        (2.0, "preparation"): "Booked, but she has to call again to learn what to bring.",
        (1.0, "preparation"): "Booked without a word on what to bring.",
    },
    "next_steps": {
        (1.0, ""): "Says what comes next, and when.",
        (0.0, ""): "The customer does not learn what happens next.",
    },
    "close": {
        (5.0, ""): "Sums up, asks whether there is more, says goodbye.",
        (4.0, ""): "All there, a little quick.",
        (1.0, ""): "The customer is left hanging; no goodbye worth the name.",
    },
}
CAUSES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("verification", "pin"): ("incomplete",),
    ("verification", "too_late"): ("too_late",),
    ("understanding", "insults"): ("did_not_ask",),
    ("understanding", "offers_first"): ("did_not_ask",),
    ("understanding", "looked_nothing_up"): ("did_not_ask",),
    ("solution", "promised"): ("knowledge",),
    ("solution", "preparation"): ("knowledge",),
}
"""Ids of the card's causes."""
