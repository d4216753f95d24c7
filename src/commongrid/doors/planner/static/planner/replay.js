// The time slider of a replay. Without it the slider sends the form, and the page shows that time.

const numbers = JSON.parse(document.getElementById("replay-numbers").textContent);
const slider = document.getElementById("at");
const moment = document.getElementById("moment");
const play = document.getElementById("play");
const rows = [...document.querySelectorAll("#rows tr")].map((row) => [...row.querySelectorAll("td")]);
const sides = [...document.querySelectorAll("[data-side]")].map((side) => ({
  shapes: [...side.querySelectorAll("[data-shape]")],
  dots: [...side.querySelectorAll("[data-late]")],
  open: side.querySelector("[data-sum=open]"),
  late: side.querySelector("[data-sum=late]"),
}));
const last = numbers.times.length - 1;
const FRAME_MS = 400;
let timer = 0;

const sum = (counts) => counts.reduce((total, count) => total + count, 0);
const shade = (count) => numbers.limits.filter((limit) => count >= limit).length;

// The same rule as the server's dot_radius: the area goes with the number.
function radius(late) {
  const [least, more] = numbers.dot;
  return late && numbers.lateMost ? least + more * Math.sqrt(late / numbers.lateMost) : 0;
}

function draw(side, place, step) {
  const { open, late } = numbers.sides[place];
  for (const shape of side.shapes) {
    shape.setAttribute("class", `rp-l${shade(open[step][Number(shape.dataset.shape)])}`);
  }
  for (const dot of side.dots) {
    dot.setAttribute("r", radius(late[step][Number(dot.dataset.late)]).toFixed(1));
  }
  side.open.textContent = sum(open[step]);
  side.late.textContent = sum(late[step]);
  rows.forEach((cells, number) => {
    cells[2 * place].textContent = open[step][number];
    cells[2 * place + 1].textContent = late[step][number];
  });
}

function show(step) {
  slider.value = step;
  slider.setAttribute("aria-valuetext", numbers.times[step]);
  moment.textContent = numbers.times[step];
  sides.forEach((side, place) => draw(side, place, step));
}

const at = () => Number(slider.value);
const move = (by) => show(Math.min(last, Math.max(0, at() + by)));

function pause() {
  window.clearInterval(timer);
  timer = 0;
  play.textContent = play.dataset.play;
  moment.setAttribute("aria-live", "polite");
}

function start() {
  if (at() === last) show(0);
  timer = window.setInterval(() => {
    move(1);
    if (at() === last) pause();
  }, FRAME_MS);
  play.textContent = play.dataset.pause;
  moment.setAttribute("aria-live", "off"); // a reader of the screen would talk without end
}

// Whoever asked for less motion moves step by step.
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
function heed() {
  play.hidden = still.matches;
  if (still.matches) pause();
}

slider.addEventListener("input", () => {
  pause();
  show(at());
});
document.getElementById("back").addEventListener("click", () => {
  pause();
  move(-1);
});
document.getElementById("on").addEventListener("click", () => {
  pause();
  move(1);
});
play.addEventListener("click", () => (timer ? pause() : start()));
still.addEventListener("change", heed);
document.getElementById("player").hidden = false;
heed();
show(at()); // a page that is come back to keeps the slider where it was
