// Seconds of the recording that go with a form: taken from the player, taken away by a click.
import { element } from "../call/dom.js";
import { playerOf } from "../player/player.js";
import { clock } from "../times.js";

const wire = (form) => {
  const kept = form.elements.seconds;
  const shown = form.querySelector("[data-taken]");
  const button = form.querySelector("[data-take]");
  let seconds = [];

  const draw = () => {
    kept.value = seconds.join(" ");
    shown.replaceChildren(...seconds.map((second) => {
      const chip = element("button", "btn btn-s btn-quiet", `${clock(second)} ×`);
      chip.type = "button";
      chip.addEventListener("click", () => { seconds = seconds.filter((each) => each !== second); draw(); });
      return chip;
    }));
  };
  button.hidden = !playerOf();
  button.addEventListener("click", () => {
    const second = Math.round(playerOf().time * 10) / 10;
    if (!seconds.includes(second)) seconds = [...seconds, second].sort((a, b) => a - b);
    draw();
  });
};

document.querySelectorAll("form[data-takes-seconds]").forEach(wire);
