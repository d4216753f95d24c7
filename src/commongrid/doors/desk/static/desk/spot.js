// Raising at the desk: an optional point on a map of the grids, by pointer or by keyboard.
"use strict";

const spot = document.getElementById("spot");

if (spot && window.L) {
  const way = spot.closest("details");
  const fields = ["lon", "lat"].map((name) => document.getElementById(`id_${name}`));
  const says = way.querySelector("[data-spot-says]");
  const drop = way.querySelector("[data-spot-drop]");
  let map = null;
  let pin = null;

  function set(point) {
    if (pin) pin.remove();
    pin = point && L.circleMarker(point, { radius: 9, className: "pin-spot" }).addTo(map);
    fields[0].value = point ? point.lng.toFixed(6) : "";
    fields[1].value = point ? point.lat.toFixed(6) : "";
    says.textContent = point ? `${spot.dataset.said} ${fields[1].value}, ${fields[0].value}` : "";
    drop.hidden = !point;
  }

  async function draw() {
    const [west, south, east, north] = JSON.parse(spot.dataset.bounds);
    map = L.map(spot, { attributionControl: false, maxZoom: 19 });
    map.fitBounds([[south, west], [north, east]], { animate: false });
    map.on("click", (event) => set(event.latlng));
    if (fields[0].value && fields[1].value) set(L.latLng(fields[1].value, fields[0].value));
    const shapes = await (await fetch(spot.dataset.outlines)).json();
    const isHere = (shape) => shape.properties.code === spot.dataset.grid;
    L.geoJSON(shapes, {
      style: (shape) => ({
        className: isHere(shape) ? "outline outline--here" : "outline", weight: 1.5,
      }),
    }).addTo(map).bringToBack();
    spot.dataset.ready = "1";
  }

  way.addEventListener("toggle", () => {
    if (way.open && !map) draw();
  });
  spot.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== spot || !map) return;
    event.preventDefault();
    set(map.getCenter());
  });
  drop.addEventListener("click", () => set(null));
  if (fields[0].value) way.open = true;
}
