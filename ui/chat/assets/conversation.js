// The conversation: what was answered stays above what is being answered, and what is clicked in it is done.
const finished = new Map();
let following = false;

const settle = () => {
  const past = document.getElementById("past");
  const live = document.querySelector("#live .turn");
  const number = live ? Number(live.dataset.turn) : Infinity;
  for (const [turn, html] of [...finished].sort((one, other) => one[0] - other[0])) {
    if (turn >= number || document.querySelector(`#past .turn[data-turn="${turn}"]`)) continue;
    const box = document.createElement("div");
    box.className = "settled";
    box.innerHTML = html; // as the server's template made it
    past.append(box);
  }
};

citewire.grown = (element) => {
  const turn = element.querySelector(".turn");
  document.getElementById("desk").classList.toggle("has-turns", Boolean(document.querySelector("#past .turn") || turn));
  if (!turn) return;
  const number = Number(turn.dataset.turn);
  settle();
  document.querySelectorAll(`#past .turn[data-turn="${number}"]`).forEach((each) => each.remove());
  if (turn.dataset.over === "yes") finished.set(number, turn.outerHTML);
  if (turn.querySelector(".sources .source")) citewire.showSources(String(number));
  if (turn.classList.contains("draft")) closeSide();
  if (citewire.last !== number) {
    citewire.closeView();
    citewire.last = number;
    following = true;
  }
  if (following) turn.scrollIntoView({ block: "start", behavior: "instant" });
  if (turn.dataset.over === "yes") following = false;
  const proposed = document.querySelector("#following .examples");
  if (proposed && Number(proposed.dataset.turn) !== number) proposed.hidden = true;
};
// The view goes with an answer that is being made, until the reader moves it.
for (const kind of ["wheel", "touchmove", "keydown"]) {
  document.addEventListener(kind, () => (following = false), { passive: true });
}

// An answer that was stopped is none: what was checked of it so far stays to be read, and the next question does not lean on it.
citewire.stopped = () => {
  const live = document.querySelector("#live .turn");
  if (!live) return;
  const turn = live.cloneNode(true);
  const name = `${live.dataset.turn}-stopped-${document.querySelectorAll("#past .turn").length}`;
  turn.dataset.turn = name;
  turn.dataset.over = "yes";
  turn.querySelectorAll("[data-turn]").forEach((each) => (each.dataset.turn = name));
  const status = turn.querySelector(".status");
  status.classList.remove("working");
  status.textContent = "Stopped. What was checked so far stays.";
  const box = document.createElement("div");
  box.className = "settled";
  box.append(turn);
  document.getElementById("past").append(box);
};

citewire.forget = () => {
  finished.clear();
  citewire.last = 0;
  document.querySelectorAll("#past .settled").forEach((each) => each.remove());
  const panel = document.getElementById("panel");
  panel.querySelector(".list").replaceChildren();
  panel.querySelector(".line").textContent = "";
  panel.querySelector(".nothing").hidden = false;
  delete panel.dataset.state;
};

const writeQuestion = (text) => {
  const box = document.querySelector("#question textarea, #question input");
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
};

const textOf = (turn) => {
  const copy = turn.cloneNode(true);
  copy.querySelectorAll(".sources, .deeds, .status, .faults, .faults-button").forEach((each) => each.remove());
  const said = [...copy.querySelectorAll("h2, .verdict, .sentence, .note, time")].map((each) => each.textContent.replace(/\s+/g, " ").trim());
  const quotes = [...turn.querySelectorAll(".sources .quotes > li")].map(
    (quote) =>
      `[${quote.dataset.n}] “${quote.querySelector("q").textContent}” ${quote.closest(".source").querySelector(".facts").textContent}`,
  );
  return [...said, "", ...quotes].join("\n");
};

// A question that is asked with its own filters brings the articles that it was limited to.
const askAgain = (told) => {
  if (told.filters) citewire.tick(told.filters.articles || []);
  citewire.tell("submit", told);
};

const deeds = {
  ask: (button) => askAgain({ question: button.dataset.question, filters: button.dataset.filters ? JSON.parse(button.dataset.filters) : null }),
  again: (_, turn) => askAgain({ question: turn.querySelector(".asked").textContent, filters: JSON.parse(turn.dataset.filters) }),
  widen: (_, turn) => askAgain({ question: turn.querySelector(".asked").textContent, filters: {} }),
  edit: (_, turn) => writeQuestion(turn.querySelector(".asked").textContent),
  copy: (_, turn) => citewire.copyText(textOf(turn), "The answer"),
  sources: (button, turn) => {
    citewire.showSources(turn.dataset.turn);
    citewire.openSheet();
    document.getElementById("panel").focus();
  },
  new: () => citewire.openConversation(null),
  watch: (_, turn) => citewire.watchQuestion(Number(turn.dataset.turn)),
  save: (_, turn) => citewire.save(Number(turn.dataset.turn)),
  "export-html": (_, turn) => citewire.exportPack("html", Number(turn.dataset.turn)),
  "export-markdown": (_, turn) => citewire.exportPack("markdown", Number(turn.dataset.turn)),
  "export-all-html": () => citewire.exportPack("html"),
  "export-all-markdown": () => citewire.exportPack("markdown"),
};
document.addEventListener("click", (event) => {
  const button = closest(event, "[data-deed]");
  const deed = button && deeds[button.dataset.deed];
  if (deed) deed(button, button.closest(".turn"));
});

// On a phone the side lies over everything: it begins closed, and closes when something was chosen in it.
const closeSide = () => {
  const side = document.querySelector("#side.open .toggle-button");
  if (side && window.matchMedia("(max-width: 768px)").matches) side.click();
};
closeSide();

// The days of the filters are picked from calendars whose buttons Gradio leaves without a name.
const nameCalendars = () =>
  document.querySelectorAll("#filters button.calendar:not([aria-label])").forEach((button) => {
    const label = button.closest(".block").querySelector("[data-testid=block-info], label, span");
    button.setAttribute("aria-label", `Pick the day: ${label ? label.textContent.trim() : ""}`);
  });
new MutationObserver(nameCalendars).observe(document.getElementById("filters"), { childList: true, subtree: true });
nameCalendars();
