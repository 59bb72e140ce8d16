// The debrief: joins player, pins, transcript, mood and keys.
import { bind } from "../keys.js";
import { makeWave } from "../player/wave.js";
import { clock } from "../times.js";
import { drawMood } from "./mood.js";
import { drawPins, evidence, markWords } from "./pins.js";
import { Transcript } from "./transcript.js";

const JUMP = 5;
const LANE = 64;

const listen = async (player, transcript) => {
  const wave = await makeWave(player.dataset, document.getElementById("wave"), LANE);
  const play = document.getElementById("play");
  const now = document.getElementById("now");
  wave.on("play", () => play.setAttribute("aria-pressed", "true"));
  wave.on("pause", () => play.setAttribute("aria-pressed", "false"));
  wave.on("timeupdate", (seconds) => {
    now.textContent = clock(seconds);
    transcript.follow(seconds);
  });
  wave.on("error", () => { document.getElementById("player-problem").hidden = false; });
  play.addEventListener("click", () => wave.playPause());
  play.disabled = false;
  document.querySelectorAll("[data-jump]").forEach((b) => b.addEventListener("click", () => wave.skip(Number(b.dataset.jump))));
  return wave;
};

const wireSpeed = (wave) => {
  const speed = document.getElementById("speed");
  const apply = () => wave.setPlaybackRate(Number(speed.value), true);
  speed.addEventListener("change", apply);
  bind("s", () => { speed.selectedIndex = (speed.selectedIndex + 1) % speed.options.length; apply(); });
};

const wireKeys = (wave, items, seek) => {
  const starts = items.map((item) => item.start).sort((a, b) => a - b);
  for (const key of [" ", "k"]) bind(key, () => wave.playPause());
  for (const key of ["j", "ArrowLeft"]) bind(key, () => wave.skip(-JUMP));
  for (const key of ["l", "ArrowRight"]) bind(key, () => wave.skip(JUMP));
  bind("n", () => { const next = starts.find((s) => s > wave.getCurrentTime() + 0.3) ?? starts[0]; if (next !== undefined) seek(next); });
};

const start = async () => {
  const player = document.getElementById("player");
  const seconds = Number(player?.dataset.seconds ?? 0);
  const items = evidence();
  let wave = null;
  const seek = (at) => { if (wave) { wave.setTime(at); wave.play(); } };
  const transcript = new Transcript(seek);
  markWords(items);
  document.querySelectorAll("[data-seek]").forEach((b) => b.addEventListener("click", () => seek(Number(b.dataset.seek))));
  drawPins(items, seconds, seek);
  drawMood(seconds);
  if (!player?.dataset.audio) return;
  try {
    wave = await listen(player, transcript);
    wireSpeed(wave);
    wireKeys(wave, items, seek);
  } catch {
    document.getElementById("player-problem").hidden = false;
  }
};

start();
