// Draw boxes over a photo; each becomes a line of percents in the form.
"use strict";

const frame = document.getElementById("redact");
const field = frame && document.getElementById(frame.dataset.boxes);
const picture = frame && frame.querySelector("img");

if (field && picture) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  frame.append(canvas);
  const undo = document.getElementById("undo-box");
  undo.hidden = false;
  let start = null;

  const boxes = () =>
    field.value
      .split("\n")
      .map((line) => line.trim().split(/[\s,]+/).map(Number))
      .filter((box) => box.length === 4 && box.every(Number.isFinite));

  const at = (event) => {
    const area = canvas.getBoundingClientRect();
    const share = (value, size) => Math.max(0, Math.min(100, (value / size) * 100));
    return [share(event.clientX - area.left, area.width), share(event.clientY - area.top, area.height)];
  };

  const between = (a, b) => [
    Math.min(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.abs(a[0] - b[0]),
    Math.abs(a[1] - b[1]),
  ];

  const draw = (extra) => {
    canvas.width = canvas.clientWidth;
    canvas.height = canvas.clientHeight;
    const pen = canvas.getContext("2d");
    for (const [x, y, w, h] of extra ? [...boxes(), extra] : boxes()) {
      pen.fillStyle = "#000";
      pen.fillRect((x / 100) * canvas.width, (y / 100) * canvas.height,
        (w / 100) * canvas.width, (h / 100) * canvas.height);
    }
  };

  canvas.addEventListener("pointerdown", (event) => {
    start = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => start && draw(between(start, at(event))));
  canvas.addEventListener("pointerup", (event) => {
    if (!start) return;
    const box = between(start, at(event));
    start = null;
    if (box[2] > 0.5 && box[3] > 0.5) {
      const line = box.map((value) => value.toFixed(1)).join(" ");
      field.value = [...field.value.split("\n").filter((l) => l.trim()), line].join("\n");
    }
    draw();
  });
  undo.addEventListener("click", () => {
    field.value = field.value.split("\n").filter((l) => l.trim()).slice(0, -1).join("\n");
    draw();
  });
  field.addEventListener("input", () => draw());
  window.addEventListener("resize", () => draw());
  if (picture.complete) draw();
  else picture.addEventListener("load", () => draw());
}
