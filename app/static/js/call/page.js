// The call page: joins line, device, state and view.
import { Device, problemOf } from "../audio/device.js";
import { bind } from "../keys.js";
import { clock } from "../times.js";
import { t } from "../words.js";
import { Check } from "./check.js";
import { $, put, tellProblem } from "./dom.js";
import { HangUp } from "./hangup.js";
import { Line } from "./line.js";
import { begin, isSilent, meant, press, receive, silenced } from "./state.js";
import { View } from "./view.js";
import { WrapUp } from "./wrapup.js";

const RATE = 16000;
const FRAME = 512;
const LAST_WORDS = 8;
const PHASES = { check: "phase-check", call: "phase-call", wrap_up: "phase-wrap" };

class CallPage {
  constructor(data) {
    this.data = data;
    this.voiced = data.mode === "voice";
    this.state = begin(data.mood);
    this.view = new View(data.icons);
    this.wrapUp = new WrapUp(data);
    this.check = this.voiced ? new Check(data.check) : null;
    this.device = null;
    this.line = null;
    this.seconds = 0;
    this.wire();
    this.go(data.phase);
    if (data.phase === "call") this.open();
  }

  // ---- phases ----

  go(phase) {
    for (const [name, id] of Object.entries(PHASES)) if ($(id)) $(id).hidden = name !== phase;
    $("call").dataset.phase = phase;
    document.querySelectorAll("[data-step]").forEach((step) => {
      if (step.dataset.step === phase) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    if (phase === "wrap_up") this.wrapUp.begin(this.data.phase === "wrap_up" ? this.data.endedSeconds : 0);
  }

  async takeCall() {
    $("take-call").disabled = true;
    try {
      this.device = this.check.device ?? await Device.open();
    } catch (error) {
      $("take-call").disabled = false;
      this.check.problem(problemOf(error).kind);
      return;
    }
    this.check.device = this.device;
    this.check.stop();
    this.go("call");
    this.open();
  }

  open() {
    put(this.connection, t("opening"));
    this.view.show(this.state);
    if (this.device) this.hearDevice();
    this.line = new Line(this.data.line, this.data.mode, {
      message: (message) => this.take(message),
      sound: (line, pcm) => this.device?.sound(line, pcm),
      lost: ({ opened }) => this.lost(opened),
    });
  }

  hearDevice() {
    const { device } = this;
    device.onFrame = (number, pcm, level) => this.frame(number, pcm, level);
    device.onPlayed = (line, sample) => this.line.send({ type: "played", line, sample });
    device.onFinished = (line, sample) => {
      this.line.send({ type: "finished", line, sample });
      this.set(silenced(this.state, line));
    };
    device.onLost = () => this.problem("unplugged", ["microphone"]);
    device.onSuspended = (suspended) => (suspended ? this.problem("no_sound", ["sound"]) : tellProblem($("call-problem"), ""));
    device.wake();
  }

  // ---- what comes in ----

  frame(number, pcm, level) {
    this.line.frame(number, pcm);
    if (!this.state.desk.paused) this.seconds += FRAME / RATE;
    $("ring").style.setProperty("--level", Math.min(1, level * 6).toFixed(3));
    put($("timer"), clock(this.seconds));
  }

  take(message) {
    if (message.type === "line" && this.device) this.device.line(message.line, message.seconds);
    if (message.type === "stop") this.device?.stop(message.line);
    this.set(receive(this.state, message));
    if (message.type === "welcome") this.welcome(message);
    if (message.type === "failure" && message.fatal) this.failed(message);
    if (message.type === "ended") this.ended(message);
  }

  welcome({ recognizer }) {
    put(this.connection, recognizer ? t("listener", { name: recognizer }) : t("on_line"));
    put($("speaks"), t("speak_first"));
    window.addEventListener("beforeunload", this.guard);
    if (this.device) this.device.start();
    else this.startClock();
    $("chat-text")?.focus();
  }

  // A chat's clock is the wall's.
  startClock() {
    this.ticking = setInterval(() => {
      if (!this.state.desk.paused) this.seconds += 1;
      put($("timer"), clock(this.seconds));
    }, 1000);
  }

  async ended({ ending, title, next }) {
    if (!ending) { this.failed({ message: title, remedy: t("lost_do") }); return; }
    this.hangUp.cancel();
    put(this.connection, t("taken"));
    await this.device?.silenceFalls(LAST_WORDS);
    this.down();
    location.assign(next);
  }

  // Before anything was said the same call can still be made: reloading tries again.
  get ways() { return this.seconds > 0 ? ["debrief", "again"] : ["retry", "again"]; }

  failed({ message, remedy }) {
    this.tell(message, remedy, this.ways);
    put(this.connection, "");
    this.down();
  }

  lost(opened) {
    const kind = opened ? "lost" : "socket";
    this.set({ ...this.state, phase: "failed" });
    this.tell(t(kind), t(`${kind}_do`), this.ways);
    put(this.connection, "");
    this.down();
  }

  down() {
    window.removeEventListener("beforeunload", this.guard);
    clearInterval(this.ticking);
    this.hangUp.cancel();
    this.line?.close();
    this.device?.close();
    $("ring")?.style.setProperty("--level", "0");
  }

  problem(kind, ways) { this.tell(t(kind), t(`${kind}_do`), ways); }

  tell(title, text, ways) {
    tellProblem($("call-problem"), title, text, ways);
    $("call-problem").focus();
  }

  // ---- what the trainee does ----

  set(state) {
    this.state = state;
    this.view.show(state);
    this.device?.silence(isSilent(state));
  }

  press(name) {
    const button = document.querySelector(`[data-press="${name}"]`);
    if (!button || button.disabled) return;
    if (name === "hangup") { this.hangUp.press(); return; }
    const real = meant(this.state, name);
    this.line.send({ type: "button", name: real });
    this.set(press(this.state, real));
  }

  type() {
    const box = $("chat-text");
    const text = box.value.trim();
    if (!text || this.state.phase !== "open") return;
    this.line.send({ type: "typed", text });
    box.value = "";
    box.focus();
  }

  async way(name) {
    try {
      if (name === "microphone") await this.device.reattach();
      if (name === "sound") await this.device.wake();
      if (name === "retry") location.reload();
      tellProblem($("call-problem"), "");
    } catch (error) {
      this.problem(problemOf(error).kind, ["microphone"]);
    }
  }

  wire() {
    this.connection = document.querySelector("[data-connection]");
    this.guard = (event) => event.preventDefault();
    $("take-call")?.addEventListener("click", () => this.takeCall());
    document.querySelectorAll("[data-press]").forEach((b) => b.addEventListener("click", () => this.press(b.dataset.press)));
    this.hangUp = new HangUp(document.querySelector('[data-press="hangup"]'), () => this.line?.send({ type: "button", name: "hangup" }));
    $("moves").addEventListener("click", (event) => this.move(event.target.closest("[data-kind]")));
    document.querySelectorAll("button[data-way]").forEach((b) => b.addEventListener("click", () => this.way(b.dataset.way)));
    for (const [key, name] of [["h", "hold"], ["m", "mute"], ["r", "repeat"], ["a", "help"], ["p", "pause"]]) bind(key, () => this.press(name));
    this.wireChat();
    this.wireTabs();
  }

  move(button) {
    if (!button) return;
    this.line.send({ type: "move", kind: button.dataset.kind, target: button.dataset.target });
    $("moves").open = false;
  }

  wireChat() {
    $("chat-form")?.addEventListener("submit", (event) => { event.preventDefault(); this.type(); });
    $("chat-text")?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.type();
    });
  }

  // Tabs of the narrow page; the arrow keys move between them.
  wireTabs() {
    const tabs = [...document.querySelectorAll(".call-tabs [role=tab]")];
    const choose = (tab) => {
      tabs.forEach((each) => {
        each.setAttribute("aria-selected", String(each === tab));
        each.tabIndex = each === tab ? 0 : -1;
      });
      document.querySelector(".call-grid").dataset.shown = tab.id.replace("tab-", "");
    };
    tabs.forEach((tab, at) => {
      tab.addEventListener("click", () => choose(tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(at + (document.dir === "rtl" ? -step : step) + tabs.length) % tabs.length];
        choose(next);
        next.focus();
      });
    });
  }
}

new CallPage(JSON.parse($("call-data").textContent));
