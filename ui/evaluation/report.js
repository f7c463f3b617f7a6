"use strict";
const cases = [...document.querySelectorAll(".case")];
const buttons = [...document.querySelectorAll("[data-filter]")];
const words = document.querySelector("#words");
const shown = document.querySelector("#shown");
function show() {
  if (!words) return;
  const wanted = buttons.find((button) => button.getAttribute("aria-pressed") === "true").dataset.filter;
  const sought = words.value.trim().toLowerCase();
  let count = 0;
  for (const item of cases) {
    const fits = (wanted === "all" || item.dataset.states.split(" ").includes(wanted))
      && (!sought || item.textContent.toLowerCase().includes(sought));
    item.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.textContent = `${count} of ${cases.length} shown`;
}
for (const button of buttons) {
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    show();
  });
}
if (words) words.addEventListener("input", show);
show();
