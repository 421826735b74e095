"use strict";

const tour = document.querySelector("#flat");
const said = document.querySelector("#said");
const controls = document.querySelectorAll(".buttons button, .buttons select");
const [modes] = document.querySelectorAll("select");
let lastView = null;

tour.addEventListener("ready", ({ detail }) => {
  said.textContent = `${detail.name} is here`;
  for (const control of controls) control.disabled = false;
});
tour.addEventListener("level", ({ detail }) => {
  said.textContent = `Shown with ${detail.splats.toLocaleString("en")} splats`;
});
tour.addEventListener("view", ({ detail }) => {
  lastView ??= detail;
  modes.value = detail.mode;
  said.textContent = `You are at ${detail.position.map((length) => length.toFixed(1)).join(", ")}`;
});
tour.addEventListener("problem", ({ detail }) => {
  said.textContent = `There is nothing to see: ${detail.kind}`;
});

const actions = {
  play: () => tour.play(),
  pause: () => tour.pause(),
  window: () => lastView && tour.goTo(lastView),
  reset: () => tour.reset(),
};
for (const button of document.querySelectorAll("[data-do]")) {
  button.addEventListener("click", actions[button.dataset.do]);
}
modes.addEventListener("change", () => tour.setMode(modes.value));
