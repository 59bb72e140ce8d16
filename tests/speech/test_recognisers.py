"""Real recognisers on a real voice, streamed as in a call."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest

from app.errors import ModelError
from app.speech.flite_engine import FliteSynthesizer
from app.speech.pocketsphinx_engine import PocketsphinxRecognizer
from app.speech.ports import RATE, Recognizer
from app.speech.vosk_engine import VoskRecognizer

from .hearing import EDGE, SENTENCES, error_rate, seconds, silence, stream, text


def heard_of_all(recognizer: Recognizer, voice: FliteSynthesizer) -> list[str]:
    ear = recognizer.open()
    heard = []
    for sentence in SENTENCES:
        stream(ear, silence(0.3) + voice.say(sentence) + silence(0.3))
        heard.append(text(ear.final()))
    ear.close()
    return heard


def test_vosk_hears_sentences(vosk: VoskRecognizer, flite: FliteSynthesizer) -> None:
    assert error_rate(list(SENTENCES), heard_of_all(vosk, flite)) < 0.15


def test_pocketsphinx_hears_most_of_it(flite: FliteSynthesizer) -> None:
    assert error_rate(list(SENTENCES), heard_of_all(PocketsphinxRecognizer(), flite)) < 0.35


@pytest.mark.parametrize("engine", ["vosk", "pocketsphinx"])
def test_word_times_count_from_the_first_sample_ever_fed(
    engine: str, vosk: VoskRecognizer, flite: FliteSynthesizer
) -> None:
    """Over several utterances, some with pauses in which Vosk ends an utterance by itself."""
    ear = (vosk if engine == "vosk" else PocketsphinxRecognizer()).open()
    fed = 0.0
    for sentence, before, after in zip(
        SENTENCES, (0.5, 0.0, 3.0, 0.2, 1.0, 0.4), (0.3, 2.5, 0.2, 0.4, 0.0, 1.0), strict=True
    ):
        sound = flite.say(sentence)
        stream(ear, silence(before) + sound + silence(after))
        words = ear.final()
        begin = fed + before
        assert words[0].start == pytest.approx(begin + EDGE, abs=0.15)
        assert words[-1].end == pytest.approx(begin + seconds(sound) - EDGE, abs=0.15)
        assert all(a.end <= b.start + 0.01 for a, b in itertools.pairwise(words))
        assert all(0 <= word.confidence <= 1 for word in words)
        fed += before + seconds(sound) + after
    ear.close()


def test_partial_words_come_while_speech_goes_on(
    vosk: VoskRecognizer, flite: FliteSynthesizer
) -> None:
    ear = vosk.open()
    assert ear.partial() == ""
    partials = stream(ear, flite.say(SENTENCES[0]))
    assert any(p.startswith("good morning") for p in partials[: len(partials) * 2 // 3])
    assert text(ear.final()).startswith("good morning")
    assert ear.partial() == ""
    ear.close()


def test_a_pause_inside_an_utterance_loses_no_word(
    vosk: VoskRecognizer, flite: FliteSynthesizer
) -> None:
    """Vosk closes an utterance after a long pause; ours is closed by ``final`` alone."""
    ear = vosk.open()
    stream(ear, flite.say(SENTENCES[0]) + silence(3) + flite.say(SENTENCES[5]) + silence(0.3))
    before = ear.partial()
    whole = text(ear.final())
    assert "good morning" in before
    assert "anything else" in before
    assert error_rate([SENTENCES[0] + " " + SENTENCES[5]], [whole]) < 0.2
    ear.close()


@pytest.mark.parametrize("engine", ["vosk", "pocketsphinx"])
def test_nothing_fed_and_silence_are_no_words(engine: str, vosk: VoskRecognizer) -> None:
    ear = (vosk if engine == "vosk" else PocketsphinxRecognizer()).open()
    ear.feed(b"")
    assert ear.final() == ()
    stream(ear, silence(1))
    assert ear.final() == ()
    ear.close()


def test_noise_gives_no_signs_for_noise(vosk: VoskRecognizer) -> None:
    ear = vosk.open()
    noise = np.random.default_rng(1).normal(0, 2000, 3 * RATE).astype("<i2").tobytes()
    stream(ear, noise)
    assert not [w for w in ear.final() if w.text.startswith(("[", "<"))]
    ear.close()


def test_two_ears_of_one_model_do_not_disturb_each_other(
    vosk: VoskRecognizer, flite: FliteSynthesizer
) -> None:
    sounds = [flite.say(sentence) for sentence in SENTENCES[:2]]
    heard: dict[int, str] = {}

    def listen(number: int) -> None:
        ear = vosk.open()
        stream(ear, sounds[number] + silence(0.3))
        heard[number] = text(ear.final())
        ear.close()

    threads = [threading.Thread(target=listen, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert error_rate(list(SENTENCES[:2]), [heard[0], heard[1]]) < 0.2


def test_a_folder_without_a_model_says_how_to_mend_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with pytest.raises(ModelError) as caught:
        VoskRecognizer(tmp_path_factory.mktemp("empty")).open()
    assert "models install" in caught.value.remedy
