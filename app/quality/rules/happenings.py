"""Where in a call something happened: said by the trainee, or noted by the dialogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.quality import phrases
from app.quality.kinds import Happening, Scope
from app.quality.rules.call import Call, Occurrence, Window
from app.recordings.timeline import Mark, Utterance

PHRASE_SIMILARITY = 85


def happened(call: Call, what: Happening) -> tuple[Occurrence, ...]:
    """Every time any of what ``what`` names happened, in order."""
    said = [*acts(call, what.act), *wordings(call, what.phrase, PHRASE_SIMILARITY)]
    said += _facts(call, what.fact)
    noted = [*_states(call, what.state), *_noted(call, what)]
    return tuple(sorted([*merged(said), *noted], key=_place))


def first_sure(occurrences: Iterable[Occurrence]) -> Occurrence | None:
    return next((each for each in occurrences if each.sure), None)


def first_any(occurrences: Iterable[Occurrence]) -> Occurrence | None:
    return next(iter(occurrences), None)


def acts(call: Call, names: Iterable[str]) -> tuple[Occurrence, ...]:
    """Every time the trainee did one of these acts."""
    wanted = frozenset(names)
    return tuple(
        sorted(
            (
                Occurrence(
                    act.start,
                    act.end,
                    act.words,
                    act.verdict == "met",
                    "trainee",
                    each.state,
                )
                for each in call.trainee
                for act in each.acts
                if act.act in wanted
            ),
            key=_place,
        )
    )


def wordings(call: Call, templates: Iterable[str], similarity: int) -> tuple[Occurrence, ...]:
    """Every time the trainee said one of these phrases. Facts in braces must all be known."""
    wanted = [phrases.fill(template, call.facts) for template in templates]
    found = (
        _matched(each, match)
        for each in call.trainee
        for phrase in wanted
        for match in phrases.find_phrase(each.words, phrase, similarity)
    )
    return tuple(sorted(found, key=_place))


def merged(occurrences: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Overlapping ones as one: two acts in the same words happened once, sure if either is."""
    result: list[Occurrence] = []
    for each in sorted(occurrences, key=_place):
        if result and each.start < result[-1].end:
            result[-1] = _both(result[-1], each)
        else:
            result.append(each)
    return tuple(result)


def window_of(call: Call, scope: Scope) -> Window | None:
    """Where ``scope`` lets a saying count. None when its ``after`` never happened."""
    start, end = Window().start, Window().end
    if scope.after is not None:
        after = first_sure(happened(call, scope.after))
        if after is None:
            return None
        start = after.start if after.speaker == "" else after.end
    if scope.before is not None:
        before = first_sure(happened(call, scope.before))
        end = before.start if before else end
    return Window(start, end, scope.within_states)


def _place(each: Occurrence) -> tuple[float, float, bool, str]:
    return (each.start, each.end, not each.sure, each.words)


def _both(one: Occurrence, other: Occurrence) -> Occurrence:
    shown = one if one.sure or not other.sure else other
    if other.end <= one.end:
        return replace(shown, start=one.start, end=one.end, words=one.words)
    words = _joined(one.words.split(), other.words.split())
    return replace(shown, start=one.start, end=other.end, words=" ".join(words))


def _joined(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    """Two stretches of the same words that overlap, as one."""
    most = min(len(one), len(other))
    shared = next((n for n in range(most, 0, -1) if one[-n:] == other[:n]), 0)
    return (*one, *other[shared:])


def _matched(utterance: Utterance, match: phrases.Match) -> Occurrence:
    words = utterance.words[match.first : match.last]
    return Occurrence(
        words[0].start,
        words[-1].end,
        " ".join(word.text for word in words),
        match.sure,
        "trainee",
        utterance.state,
    )


def _facts(call: Call, names: Iterable[str]) -> Iterator[Occurrence]:
    for name in names:
        for each in call.trainee:
            for match in phrases.find_name(each.words, call.facts[name]):
                yield _matched(each, match)


def _states(call: Call, names: Iterable[str]) -> Iterator[Occurrence]:
    """A state is reached when it is noted; the first one of a call is where its first turn is."""
    for name in names:
        noted = [
            mark.at
            for mark in call.timeline.marks
            if mark.kind == "state" and mark.data.get("name") == name
        ]
        spoken = [each.start for each in call.timeline.utterances if each.state == name]
        for at in noted or spoken[:1]:
            yield Occurrence(at, at, name)


def _noted(call: Call, what: Happening) -> Iterator[Occurrence]:
    for mark in call.timeline.marks:
        words = _noted_words(mark, what)
        if words:
            yield Occurrence(mark.at, mark.at, words)


def _noted_words(mark: Mark, what: Happening) -> str:
    """What the mark is called when it is one of those named, else empty."""
    if mark.kind == "flag" and mark.data.get("value", True) and mark.data.get("name") in what.flag:
        return str(mark.data.get("name"))
    if mark.kind == "move" and mark.data.get("kind") in what.move:
        return " ".join(str(mark.data[key]) for key in ("kind", "target") if mark.data.get(key))
    if mark.kind == "ended" and mark.data.get("ending") in what.ending:
        return str(mark.data.get("ending"))
    return mark.kind if mark.kind in what.mark else ""
