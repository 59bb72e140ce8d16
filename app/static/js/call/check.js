// The check before the call: level, headset, and a sentence read aloud.
import { Device, problemOf } from "../audio/device.js";
import { t } from "../words.js";
import { $, put, tellProblem } from "./dom.js";
import { Line } from "./line.js";

const FLOOR_DB = -60;
// Half seconds of silence that are only a pause once the microphone has been heard.
const PAUSE = 10;

export class Check {
  constructor(path) {
    this.path = path;
    this.device = null;
    this.silent = 0;
    $("check-start")?.addEventListener("click", () => this.begin());
    $("check-headset")?.addEventListener("click", () => this.line?.send({ type: "button", name: "repeat" }));
  }

  async begin() {
    $("check-start").disabled = true;
    tellProblem($("check-problem"), "");
    try {
      await this.openDevice();
      this.connect();
      this.say("listening");
    } catch (error) {
      this.problem(problemOf(error).kind);
    }
  }

  // The device outlives the check: the call goes on with it.
  async openDevice() {
    this.device ??= await Device.open();
    this.device.onLost = () => { this.stop(); this.device = null; this.problem("missing"); };
    return this.device;
  }

  connect() {
    this.line?.close();
    this.line = new Line(this.path, "voice", {
      message: (message) => this.take(message),
      sound: (line, pcm) => this.device?.sound(line, pcm),
      lost: () => { this.device?.halt(); this.problem("socket"); },
    });
    this.device.onFrame = (number, pcm, level) => { this.meter(level); this.line.frame(number, pcm); };
    this.device.onFinished = () => {};
  }

  take(message) {
    if (message.type === "welcome") this.hears();
    if (message.type === "level") this.verdict(message);
    if (message.type === "partial" && message.text) put($("check-heard"), message.text);
    if (message.type === "checked") this.checked(message);
    if (message.type === "line") {
      this.device.line(message.line, message.seconds);
      put($("headset-said"), t("headset", { text: message.text }));
      this.done("headset");
    }
    if (message.type === "failure") {
      this.device?.halt();
      this.problem("", message.message, message.remedy);
    }
  }

  hears() {
    this.device.start();
    // From here on the next thing to do is to take the call.
    $("check-start").classList.replace("btn-primary", "btn-quiet");
    $("take-call").classList.replace("btn-quiet", "btn-primary");
    $("check-headset").disabled = false;
  }

  meter(level) {
    const db = level > 0 ? 20 * Math.log10(level) : FLOOR_DB;
    const share = Math.max(0, Math.min(1, 1 - db / FLOOR_DB));
    document.querySelector(".meter").style.setProperty("--level", share.toFixed(3));
  }

  verdict({ verdict, speech_db: db }) {
    this.silent = verdict === "silent" ? this.silent + 1 : 0;
    const heard = document.querySelector('[data-check="microphone"]').classList.contains("done");
    if (heard && this.silent > 0 && this.silent < PAUSE) return;
    this.say(`level_${verdict}`);
    const node = document.querySelector("[data-verdict]");
    node.dataset.verdict = verdict;
    node.dataset.db = db;
    if (verdict === "good") this.done("microphone");
  }

  checked({ heard, accuracy }) {
    put($("check-heard"), heard || "–");
    const percent = Math.round(accuracy * 100);
    const kind = accuracy >= 0.85 ? "good" : accuracy >= 0.6 ? "fair" : "poor";
    put($("check-accuracy"), t(`accuracy_${kind}`, { percent }));
    $("check-accuracy").dataset.accuracy = accuracy;
    if (kind === "good") this.done("reading");
  }

  done(step) { document.querySelector(`[data-check="${step}"]`)?.classList.add("done"); }
  say(key) { put(document.querySelector("[data-verdict]"), t(key)); }

  problem(kind, message = t(kind), remedy = t(`${kind}_do`)) {
    tellProblem($("check-problem"), message, remedy);
    const start = $("check-start");
    start.disabled = false;
    start.lastChild.textContent = ` ${t("try_again")}`;
    $("check-headset").disabled = true;
  }

  // Ends the check; the microphone stays open for the call.
  stop() {
    this.line?.send({ type: "button", name: "hangup" });
    this.line?.close();
    this.line = null;
    this.device?.halt();
  }
}
