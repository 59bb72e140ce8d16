// Hanging up: one click, three seconds to take it back, a second click hangs up at once.
import { t } from "../words.js";
import { $, put } from "./dom.js";

const SECONDS = 3;

export class HangUp {
  constructor(button, now) {
    this.button = button;
    this.now = now;
    this.timer = null;
    $("hangup-undo").querySelector("button").addEventListener("click", () => { this.cancel(); button.focus(); });
  }

  press() {
    if (this.timer !== null) { this.cancel(); this.now(); return; }
    let left = SECONDS;
    const show = () => put($("hangup-undo").querySelector("[data-count]"), t("hanging", { n: left }));
    show();
    $("hangup-undo").hidden = false;
    put(this.button.querySelector("[data-label]"), t("hang_now"));
    this.timer = setInterval(() => {
      left -= 1;
      if (left > 0) { show(); return; }
      this.cancel();
      this.now();
    }, 1000);
  }

  cancel() {
    clearInterval(this.timer);
    this.timer = null;
    $("hangup-undo").hidden = true;
    put(this.button.querySelector("[data-label]"), t("hang_up"));
  }
}
