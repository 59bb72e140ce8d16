"""Words that are taken back or only reported: rules over a turn's words, no model.

"I can't offer you a refund" is no offer, "you said the engineer came" is not the
agent's own statement, "has your card been blocked" asks and does not tell. A scope
runs from the word that opens it to the end of its clause; evidence that lies in a
scope does not count.
"""

from __future__ import annotations

from collections.abc import Sequence

# The words of an opener, and how many words of what follows it may cover.
_REACH = 10
_NEGATORS = tuple(
    tuple(text.split())
    for text in (
        "not",
        "never",
        "can't",
        "cannot",
        "won't",
        "don't",
        "doesn't",
        "didn't",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "haven't",
        "hasn't",
        "hadn't",
        "shouldn't",
        "mustn't",
        "wouldn't",
        "couldn't",
        "nobody",
        "no one",
        "no need",
        "no longer",
        "no way to",
        "unable to",
        "without",
        "instead of",
        "rather than",
        "nor",
    )
)
# Negative in form only: what follows is meant.
_IDIOMS = tuple(
    tuple(text.split())
    for text in (
        "if you don't mind",
        "you don't mind",
        "if you wouldn't mind",
        "you wouldn't mind",
        "why don't you",
        "why don't we",
        "why don't i",
        "don't worry",
        "please don't worry",
        "don't hesitate",
        "do not hesitate",
        "do not worry",
        "not a problem",
        "not to worry",
        "not at all",
        "not a bother",
        "not only",
        "can't wait",
        "can't you",
        "couldn't you",
        "won't you",
        "would you not",
        "can you not",
        "couldn't i",
        "can't i",
        "shouldn't i",
        "isn't it",
        "don't you",
        "didn't you",
        "haven't you",
        "aren't you",
        "not yet",
        "it won't take",
        "this won't take",
        "won't be long",
        "won't be a moment",
        "won't be a second",
        "won't be a minute",
        "won't keep you",
        "if i'm not mistaken",
        "if it's not too much",
        "if that's not",
        "why not",
        "don't forget",
        "can't be too careful",
    )
)
_REPORTERS = tuple(
    tuple(text.split())
    for text in (
        "you said",
        "you say",
        "you've said",
        "you were saying",
        "you mentioned",
        "you've mentioned",
        "you told me",
        "you told us",
        "you've told",
        "you were told",
        "you've been told",
        "you were promised",
        "you were offered",
        "you've been offered",
        "you asked",
        "you were asked",
        "you explained",
        "he said",
        "she said",
        "they said",
        "they told you",
        "they've told you",
        "he told you",
        "she told you",
        "they offered you",
        "they asked you",
        "they promised",
        "somebody said",
        "someone said",
        "somebody told you",
        "someone told you",
        "somebody offered",
        "someone offered",
        "my colleague said",
        "my colleague told you",
        "my colleague offered",
        "my colleague promised",
        "my colleague asked",
        "the last agent said",
        "the agent said",
        "the agent told you",
        "the agent offered",
        "the agent promised",
        "did they",
        "did anyone",
        "did anybody",
        "did somebody",
        "did someone",
        "has anyone",
        "has anybody",
        "has somebody",
        "has someone",
        "have they",
        "did my colleague",
        "did we ever",
        "the customer said",
        "according to you",
        "you're saying",
        "if i understand you correctly",
        "if i understand correctly",
        "if i've understood",
        "if i understood",
        "if i got that right",
        "if i've got this right",
        "what i'm hearing is",
        "am i right in thinking",
    )
)
# Words that open a new clause; the scope before them is over.
_BREAKS = frozenset(
    "but so however although though because since instead and then okay just only".split()
)
# A question or an offer of one's own after a report ends the report.
_OPENERS = frozenset(
    tuple(text.split())
    for text in (
        "could you",
        "can you",
        "can i",
        "could i",
        "may i",
        "would you",
        "do you",
        "did you",
        "have you",
        "are you",
        "what is",
        "what's",
        "what was",
        "where was",
        "where were",
        "when was",
        "when did",
        "where did",
        "how much",
        "which one",
        "let me",
        "i will",
        "i'll",
        "i can",
        "i'm going",
        "i am going",
        "what i",
        "i'd",
        "we'll",
        "we can",
        "i'm sorry",
        "i have",
        "i've",
        "is that",
        "is it",
        "please",
    )
)

# "Is it…", "has your…" at the start of a clause ask; elsewhere ("i have your…") they do not.
_ASKING = frozenset("is are was were has have had did does do will would".split())
_ASKED_OF = frozenset(
    "you your it that this the there they he she anyone anybody someone somebody my our".split()
)
# What makes a question of the clause before it.
_TAGS = tuple(
    tuple(text.split())
    for text in (
        "is that right",
        "is that correct",
        "is this right",
        "is this correct",
        "have i got that right",
        "did i get that right",
        "am i right",
    )
)
_BEFORE_CLAUSE = _BREAKS | frozenset("um uh right so well now alright please yes no".split())


def cancelled(tokens: Sequence[str]) -> tuple[bool, ...]:
    """For every word of a turn, whether it is negated or somebody else's."""
    pairs = zip(negated(tokens), reported(tokens), strict=True)
    return tuple(not_so or not_mine for not_so, not_mine in pairs)


def negated(tokens: Sequence[str]) -> tuple[bool, ...]:
    """For every word of a turn, whether it is negated."""
    meant = _idiom_words(tokens)
    flags = [False] * len(tokens)
    for i in range(len(tokens)):
        opener = _at(tokens, i, _NEGATORS)
        if opener and i not in meant and not _asks(tokens, i):
            _mark(tokens, i, i + opener, flags)
    return tuple(flags)


def reported(tokens: Sequence[str]) -> tuple[bool, ...]:
    """For every word of a turn, whether it repeats what somebody else said or did."""
    flags = [False] * len(tokens)
    for i in range(len(tokens)):
        opener = _at(tokens, i, _REPORTERS)
        if opener:
            _mark(tokens, i, i + opener, flags)
    return tuple(flags)


def asked(tokens: Sequence[str]) -> tuple[bool, ...]:
    """For every word of a turn, whether it asks: its verb comes first, or "is that right" last."""
    flags = [False] * len(tokens)
    for i in range(len(tokens)):
        begins = i == 0 or tokens[i - 1] in _BEFORE_CLAUSE
        if begins and tokens[i] in _ASKING and tokens[i + 1 : i + 2] and tokens[i + 1] in _ASKED_OF:
            _mark(tokens, i, i + 2, flags)
        if _at(tokens, i, _TAGS):
            start = _clause_start(tokens, i)
            flags[start:i] = [True] * (i - start)
    return tuple(flags)


def taken_back(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether the words ``start`` to ``end`` (exclusive) are mostly negated or reported."""
    flags = cancelled(tokens)[start:end]
    return bool(flags) and sum(flags) * 2 > len(flags)


def _mark(tokens: Sequence[str], start: int, after: int, flags: list[bool]) -> None:
    end = min(len(tokens), after + _REACH)
    for i in range(after, end):
        if i > after and (tokens[i] in _BREAKS or _opens(tokens, i)):
            end = i
            break
    flags[start:end] = [True] * (end - start)


def _clause_start(tokens: Sequence[str], end: int) -> int:
    """Where the clause begins that ends before word ``end``."""
    for i in range(end - 1, max(0, end - _REACH), -1):
        if tokens[i] in _BREAKS or _opens(tokens, i):
            return i
    return max(0, end - _REACH)


def _opens(tokens: Sequence[str], i: int) -> bool:
    return tuple(tokens[i : i + 1]) in _OPENERS or tuple(tokens[i : i + 2]) in _OPENERS


def _at(tokens: Sequence[str], i: int, wanted: Sequence[tuple[str, ...]]) -> int:
    """The length of the longest of ``wanted`` that begins at word ``i``, or 0."""
    lengths = (len(w) for w in wanted if tuple(tokens[i : i + len(w)]) == w)
    return max(lengths, default=0)


def _idiom_words(tokens: Sequence[str]) -> frozenset[int]:
    inside: set[int] = set()
    for i in range(len(tokens)):
        length = _at(tokens, i, _IDIOMS)
        inside.update(range(i, i + length))
    return frozenset(inside)


def _asks(tokens: Sequence[str], i: int) -> bool:
    """A sentence that opens with "can't we…" or "wouldn't it…" asks, it does not deny."""
    inverted = i == 0 and tokens[i].endswith("n't") and tokens[i] != "don't"
    return inverted and len(tokens) > 1 and tokens[1] in {"you", "i", "we", "it", "they", "that"}
