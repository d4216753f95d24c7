// Where it is: as last time, a part of the grid, or a point tapped on the map. Never asked of the
// phone itself: no position is read, only what a person taps.

import { empty, h, icon, leads } from "./dom.js";
import { drawMap } from "./mapdraw.js";
import { choice, lineInput } from "./fields.js";
import { placeOf } from "./rules.js";
import { state } from "./store.js";
import { say, t } from "./words.js";

export const NOWHERE = { how: "", grid_code: "", community_code: "", lon: null, lat: null, address: "", label: "" };

/** The parts of the own grids to pick from: [key, words, values]. */
function parts(pack) {
  const rows = [];
  for (const grid of pack?.grids || []) {
    for (const micro of grid.micro || []) rows.push([micro.code, say(micro.name), { grid_code: grid.code, part: say(micro.name) }]);
    rows.push([grid.code, t("where.whole_grid", { name: say(grid.name) }), { grid_code: grid.code, part: "" }]);
  }
  return rows;
}

/** The words for where a draft is. */
export function whereWords(where) {
  return [where.label, where.address].filter(Boolean).join(", ");
}

/** Let the person say where; calls `onchange(where)` with a whole new value each time. */
export function wherePicker(first, onchange) {
  let where = { ...NOWHERE, ...first };
  const pack = state.pack;
  const body = h("div", { class: "where-body" });
  const last = state.habits.place;
  const rows = parts(pack);
  const ways = [
    last && ["last", t("where.last", { place: whereWords(last) || t("where.no_name") })],
    ["part", t("where.part")],
    allowsMap(pack) && ["tap", t("where.tap")],
  ].filter(Boolean);

  const set = (changes) => { where = { ...where, ...changes }; onchange(where); };

  function pickWay(how) {
    if (how === "last") set({ ...NOWHERE, ...last, how });
    else if (how === "tap") set({ how });
    else {
      set({ how, lon: null, lat: null, grid_code: "", code: "", label: "" });
      if (rows.length === 1) pickPart(rows[0][0]); // nothing to choose from
    }
    redraw();
  }

  function pickPart(code) {
    const row = rows.find(([key]) => key === code);
    set({ code, grid_code: row?.[2].grid_code || "", label: row?.[1] || "", part: row?.[2].part || "", lon: null, lat: null });
  }

  function tapped(point) {
    const found = placeOf(pack, point);
    const name = found ? say((found.micro || found.grid).name) : "";
    set({ ...point, grid_code: found?.grid.code || "", part: "", label: name || t("where.outside") });
    told.textContent = found ? t("where.in", { name }) : t("where.outside_hint");
  }

  const told = h("p", { class: "hint", role: "status" });

  function redraw() {
    empty(body);
    if (where.how === "part") body.append(choice(t("where.which_part"), rows.map(([key, words]) => [key, words]), where.code || "", pickPart));
    if (where.how === "tap") {
      const map = drawMap(pack, { ontap: tapped, point: where, label: t("where.map_label") });
      told.textContent = where.label ? t("where.in", { name: where.label }) : t("where.tap_hint");
      body.append(map.node, told);
    }
    body.append(lineInput(t("where.address"), where.address, (address) => set({ address }),
      { isOptional: true, most: 200, hint: t("where.address_hint") }));
  }
  redraw();
  const node = choice(t("where.title"), ways, where.how, pickWay);
  node.append(body);
  return node;
}

const allowsMap = (pack) => (pack?.grids || []).some((grid) => grid.outline?.length);
export const isSomewhere = (where) => Boolean(where.grid_code || where.community_code || Number.isFinite(where.lon));

/** What goes into the draft on the wire: the name of the part stands before the address. */
export function wireWhere(where) {
  const address = [where.part, where.address].filter(Boolean).join(", ");
  return { grid_code: where.grid_code, community_code: where.community_code, lon: where.lon, lat: where.lat, address };
}

export const mapLink = (id) => leads(t("where.on_map"), `#/map/${id}`, { tone: "quiet", sign: "map" });
export const placeLine = (words) => h("p", { class: "place-line" }, icon("pin"), h("span", {}, words));
