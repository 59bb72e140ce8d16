// The form of scoring as the draft makes it, while its fold is open.
import { postJson } from "../post.js";

let asked = 0;

export const showPreview = async (root, body, revision) => {
  const place = root.querySelector("[data-shows-preview]");
  if (!root.querySelector("[data-preview-fold]").open) return;
  asked += 1;
  const mine = asked;
  const answer = await postJson(root.dataset.preview, root.dataset.token, { body, revision }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  place.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
};
