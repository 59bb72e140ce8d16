// The waves: one lane a channel, in its speaker's colour.
import WaveSurfer from "../../vendor/wavesurfer/wavesurfer.esm.js";
import { colour } from "../colours.js";

const COLOURS = { trainee: "--you", customer: "--customer", unknown: "--accent" };

const lane = (speaker, height) => {
  const token = COLOURS[speaker] ?? COLOURS.unknown;
  return { height, waveColor: colour(token, 0.45), progressColor: colour(token) };
};

const options = (place, height) => ({
  splitChannels: place.dataset.lanes.split(" ").map((speaker) => lane(speaker, height)),
  cursorColor: colour("--ink"),
});

// `sound`: the addresses {audio, peaks}; `height` of a lane in pixels. Resolves to a wavesurfer;
// rejects when peaks or sound are not there.
export const makeWave = async (sound, place, height) => {
  const answer = await fetch(sound.peaks, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`peaks: ${answer.status}`);
  const { channels, seconds } = await answer.json();
  const wave = WaveSurfer.create({
    container: place,
    url: sound.audio,
    peaks: channels,
    duration: seconds,
    barWidth: 2,
    barGap: 1,
    barRadius: 2,
    cursorWidth: 2,
    height,
    normalize: false,
    cspNonce: document.querySelector('meta[name="csp-nonce"]').content,
    ...options(place, height),
  });
  document.addEventListener("look", () => wave.setOptions(options(place, height)));
  return wave;
};
