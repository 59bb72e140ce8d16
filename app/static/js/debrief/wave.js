// Both speakers' waves, one lane each, and the player behind them.
import WaveSurfer from "../../vendor/wavesurfer/wavesurfer.esm.js";
import { colour } from "../colours.js";

const LANE = 64;

const lane = (name) => ({
  height: LANE,
  waveColor: colour(`--${name}`, 0.45),
  progressColor: colour(`--${name}`),
});

const options = () => ({ splitChannels: [lane("you"), lane("customer")], cursorColor: colour("--ink") });

// `player` has data-audio, data-peaks, data-seconds. Resolves to a wavesurfer, rejects when the sound is not there.
export const makeWave = async (player) => {
  const answer = await fetch(player.dataset.peaks, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`peaks: ${answer.status}`);
  const { channels, seconds } = await answer.json();
  const wave = WaveSurfer.create({
    container: "#wave",
    url: player.dataset.audio,
    peaks: channels,
    duration: seconds,
    barWidth: 2,
    barGap: 1,
    barRadius: 2,
    cursorWidth: 2,
    height: LANE,
    normalize: false,
    cspNonce: document.querySelector('meta[name="csp-nonce"]').content,
    ...options(),
  });
  document.addEventListener("look", () => wave.setOptions(options()));
  return wave;
};
