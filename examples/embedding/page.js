"use strict";

const tour = document.querySelector("#flat");
const said = document.querySelector("#said");
const controls = document.querySelectorAll(".buttons button, .buttons select");
const modes = document.querySelector("#modes");
const places = document.querySelector("#places");
let lastView = null;

tour.addEventListener("ready", ({ detail }) => {
  said.textContent = `${detail.name} is here`;
  places.append(...detail.hotspots.map(({ hotspot_id, title }) => new Option(title, hotspot_id)));
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
tour.addEventListener("hotspot", ({ detail }) => {
  places.value = detail.is_open ? detail.hotspot_id : "";
  said.textContent = detail.is_open ? `You look at: ${detail.title}` : `${detail.title} is closed`;
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
places.addEventListener("change", () => (places.value ? tour.openHotspot(places.value) : tour.closeHotspot()));
