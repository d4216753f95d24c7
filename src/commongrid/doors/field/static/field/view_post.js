// Who to ring and the post page of the grid: what stands on the sign at the entrance.

import { h, icon } from "./dom.js";
import { state } from "./store.js";
import { say, t } from "./words.js";

const dial = (name, number) => h("li", {}, h("a", { class: "dial", href: `tel:${String(number).replace(/[^\d+]/g, "")}` },
  icon("phone"), h("span", {}, h("strong", {}, name), h("span", { class: "number" }, number))));

function postOf(grid) {
  const { post } = grid;
  return h("section", {}, h("h2", {}, say(grid.name)), !post ? h("p", { class: "nothing" }, t("post.none")) : [
    post.worker && h("p", { class: "place-line" }, icon("person"), h("span", {}, t("post.worker", { name: post.worker }))),
    h("ul", { class: "plain dials" }, post.worker_phone && dial(t("post.worker_phone"), post.worker_phone),
      post.supervision_phone && dial(t("post.supervision"), post.supervision_phone)),
    say(post.text) && h("p", { class: "told" }, say(post.text))]);
}

export function post() {
  const { pack } = state;
  const node = h("div", { class: "stack" }, h("h1", { tabindex: "-1" }, t("post.title")),
    h("section", {}, h("h2", {}, t("post.emergency")), h("ul", { class: "plain dials dials--three" },
      [["110", "post.110"], ["119", "post.119"], ["120", "post.120"]].map(([number, key]) => dial(t(key), number)))),
    pack?.phones?.length > 0 && h("section", {}, h("h2", {}, t("post.phones")),
      h("ul", { class: "plain dials" }, pack.phones.map((one) => dial(say(one.name), one.number)))),
    (pack?.grids || []).map(postOf));
  return { title: t("post.title"), node, tab: "more", back: "#/more" };
}
