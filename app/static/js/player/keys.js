// The player's keys; ../keys.js sees to it that none fires while somebody types.
import { bind } from "../keys.js";

const FAR = 5;
const NEAR = 1;

export const wireKeys = (player) => {
  bind(" ", () => player.toggle());
  bind("ArrowLeft", (event) => player.skip(event.shiftKey ? -NEAR : -FAR));
  bind("ArrowRight", (event) => player.skip(event.shiftKey ? NEAR : FAR));
  bind("<", () => player.faster(-1));
  bind(">", () => player.faster(1));
  if (player.marker) bind("r", () => player.marker.toggle());
};
