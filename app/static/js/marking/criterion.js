// One criterion of the form: read as a mark, written from one.
import { clock } from "../times.js";
import { element, icon } from "../call/dom.js";

const answerOf = (text) => (text === undefined ? null : Number.isNaN(Number(text)) ? text : Number(text));

export class Criterion {
  constructor(node, form) {
    this.node = node;
    this.form = form;
    this.id = node.dataset.criterion;
    this.version = Number(node.dataset.version);
    this.radios = [...node.querySelectorAll("input[type=radio]")];
    this.comment = node.querySelector("textarea");
    this.causes = [...node.querySelectorAll("input[name=cause]")];
    this.chips = node.querySelector("[data-seconds]");
    this.seconds = JSON.parse(this.chips.dataset.seconds);
    this.commentFor = JSON.parse(node.dataset.commentFor);
    this.askedIf = node.dataset.askedIf;
    this.askedValues = JSON.parse(node.dataset.askedValues ?? "[]");
    this.drawSeconds();
  }

  get answer() { return answerOf(this.radios.find((radio) => radio.checked)?.value); }

  get mark() {
    return {
      answer: this.answer,
      comment: this.comment.value,
      seconds: this.seconds,
      causes: this.causes.filter((each) => each.checked).map((each) => each.value),
    };
  }

  // Whether it is not as the server sent it.
  get touched() {
    const boxes = [...this.radios, ...this.causes];
    return boxes.some((each) => each.checked !== each.defaultChecked) || this.comment.value !== this.comment.defaultValue;
  }

  get lacksComment() { return this.commentFor.includes(this.answer) && !this.comment.value.trim(); }

  write(mark) {
    this.radios.forEach((radio) => { radio.checked = mark.answer !== null && answerOf(radio.value) === mark.answer; });
    this.comment.value = mark.comment;
    this.causes.forEach((each) => { each.checked = mark.causes.includes(each.value); });
    this.seconds = mark.seconds;
    this.drawSeconds();
  }

  // The nth of the scale's points, counted from 1.
  choose(n) {
    const radio = this.node.querySelectorAll(".scaled input")[n - 1];
    if (radio) this.check(radio);
  }

  leave(left) {
    const radio = this.radios.find((each) => each.value === left);
    if (radio) this.check(radio);
  }

  check(radio) {
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  addSecond(at) {
    const second = Math.round(at * 10) / 10;
    if (this.seconds.includes(second)) return;
    this.seconds = [...this.seconds, second].sort((a, b) => a - b);
    this.drawSeconds();
  }

  drawSeconds() {
    this.chips.replaceChildren(...this.seconds.map((second) => this.chip(second)));
  }

  chip(second) {
    const chip = element("span", "second");
    const play = element("button", "", clock(second));
    play.type = "button";
    play.dataset.seek = second;
    play.setAttribute("aria-label", this.form.say("play", { time: clock(second) }));
    chip.append(play);
    if (this.form.readonly) return chip;
    const away = element("button");
    away.type = "button";
    away.append(icon(this.form.sprite, "x-lg"));
    away.setAttribute("aria-label", this.form.say("remove", { time: clock(second) }));
    away.addEventListener("click", () => {
      this.seconds = this.seconds.filter((each) => each !== second);
      this.drawSeconds();
      this.form.changed(this);
    });
    chip.append(away);
    return chip;
  }

  // What depends on the answer: is it asked, must it be explained, are there causes to choose.
  refresh(asked) {
    this.node.hidden = !asked;
    this.node.dataset.done = this.answer !== null && !this.lacksComment;
    this.node.classList.toggle("lacks", this.lacksComment);
    this.node.querySelector("[data-needed]").hidden = !this.commentFor.includes(this.answer);
    const causes = this.node.querySelector("[data-causes]");
    if (causes) causes.hidden = typeof this.answer !== "number" || this.answer >= Number(this.node.dataset.high);
  }

  refuse(words) {
    const box = this.node.querySelector("[data-error]");
    box.hidden = !words;
    box.querySelector("span").textContent = words;
  }

  titleOf(answer) {
    return this.radios.find((radio) => answerOf(radio.value) === answer)?.dataset.title ?? this.form.say("nothing");
  }

  settle() { this.node.querySelector("[data-conflict]").hidden = true; }

  // Both marks side by side; `decide(mine)` is told which one holds.
  ask(theirs, decide) {
    const { say } = this.form;
    const box = this.node.querySelector("[data-conflict]");
    const sides = element("div", "sides");
    sides.append(
      this.side(say("mine"), this.mark, say("keep_mine"), `mine-${this.id}`, () => decide(true)),
      this.side(theirs.by ? say("theirs_by", { by: theirs.by }) : say("theirs"), theirs, say("keep_theirs"), `theirs-${this.id}`, () => decide(false)),
    );
    box.replaceChildren(element("strong", "", say("conflict")), sides);
    box.hidden = false;
  }

  side(title, mark, words, test, choose) {
    const side = element("div", "side");
    side.append(element("span", "soft small", title), element("strong", "", this.titleOf(mark.answer)));
    if (mark.comment) side.append(element("p", "small", mark.comment));
    if (mark.seconds.length) side.append(element("p", "small soft", this.form.say("seconds", { seconds: mark.seconds.map(clock).join(", ") })));
    const button = element("button", "btn btn-s btn-quiet", words);
    button.type = "button";
    button.dataset.test = test;
    button.addEventListener("click", choose);
    side.append(button);
    return side;
  }
}
