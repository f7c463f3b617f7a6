// The sources beside the chat: those of one answer at a time, an article opened at the quoted words, from one quote to the next.
const panelOf = () => document.getElementById("panel");
const narrow = () => window.matchMedia("(max-width: 900px)").matches;
let chosen = "";
let cameFrom = null;

citewire.showSources = (turn) => {
  const panel = panelOf();
  const sources = citewire.sourcesOf(turn);
  if (!panel || !sources) return null;
  const state = `${turn}:${sources.innerHTML.length}:${sources.dataset.line}`;
  if (panel.dataset.state !== state) {
    panel.dataset.state = state;
    panel.dataset.turn = turn;
    chosen = "";
    const items = document.createElement("div");
    items.append(...sources.cloneNode(true).childNodes);
    panel.querySelector(".list").replaceChildren(...items.childNodes);
    panel.querySelector(".line").textContent = sources.dataset.line;
    panel.querySelector(".nothing").hidden = panel.querySelector(".source") !== null;
    panel.querySelector(".scroll").scrollTop = 0;
    citewire.showTicks();
    place();
  }
  return panel;
};

const numbers = () => {
  const panel = panelOf();
  return panel ? [...panel.querySelectorAll(".quotes > li")].map((each) => each.dataset.n) : [];
};
const place = () => {
  const panel = panelOf();
  const all = numbers();
  const at = all.indexOf(chosen);
  panel.querySelector(".place").textContent = all.length ? `${at < 0 ? "–" : at + 1} of ${all.length}` : "";
  panel.querySelectorAll("[data-walk]").forEach((button) => (button.disabled = all.length < 2));
};

const openArticle = async (source) => {
  const body = source.querySelector(".body");
  if (!body.firstChild) {
    const { article, sha256, marks } = source.dataset;
    const html = await citewire.server.read_article({ article, sha256, marks, turn: panelOf().dataset.turn });
    body.innerHTML = html; // made by a template of the server, which escapes every value
  }
  body.hidden = false;
  source.classList.add("open");
  source.querySelector(".opens").setAttribute("aria-expanded", "true");
};
const closeArticle = (source) => {
  source.querySelector(".body").hidden = true;
  source.classList.remove("open");
  source.querySelector(".opens").setAttribute("aria-expanded", "false");
};

const openSheet = () => {
  document.getElementById("desk").classList.add("sheet-open");
};
const closeSheet = () => {
  document.getElementById("desk").classList.remove("sheet-open");
  if (cameFrom && cameFrom.isConnected) cameFrom.focus();
  cameFrom = null;
};

citewire.follow = async (turn, n, from) => {
  const panel = citewire.showSources(turn);
  const quote = panel && panel.querySelector(`.quotes > li[data-n="${CSS.escape(n)}"]`);
  if (!quote) return;
  citewire.hideCard();
  if (from) cameFrom = from;
  openSheet();
  chosen = n;
  place();
  const source = quote.closest(".source");
  await openArticle(source);
  if (chosen !== n) return;
  panel.querySelectorAll(".chosen").forEach((each) => each.classList.remove("chosen"));
  // Quotes that overlap share one mark, under the number of the first.
  const words = source.querySelector(`mark[data-n="${CSS.escape(n)}"]`) || source.querySelector("mark") || quote;
  words.classList.add("chosen");
  // Counted within the panel: on a phone it may still be on its way up.
  const box = panel.querySelector(".scroll");
  box.scrollTop += words.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  words.focus({ preventScroll: true });
};

const walk = (step) => {
  const all = numbers();
  if (!all.length) return;
  const at = all.indexOf(chosen);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length;
  citewire.follow(panelOf().dataset.turn, all[next]);
};

const tellPanel = (text) => {
  panelOf().querySelector(".told").textContent = text;
};
const copyText = async (text, what) => {
  try {
    await navigator.clipboard.writeText(text);
    tellPanel(`${what}: copied.`);
  } catch {
    tellPanel("The browser lets nothing be copied here; the text is shown to be copied by hand.");
    return false;
  }
  return true;
};
citewire.copyText = copyText;

const showForms = async (button) => {
  const quote = button.closest("li[data-n]");
  const shown = quote.querySelector(".forms");
  if (shown) {
    shown.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  const source = button.closest(".source");
  const { article, sha256 } = source.dataset;
  const forms = await citewire.server.write_citation({ article, sha256, start: quote.dataset.start, end: quote.dataset.end, headline: quote.dataset.headline === "1" });
  const box = document.createElement("div");
  box.className = "forms";
  const text = document.createElement("pre");
  text.tabIndex = 0;
  for (const [name, written] of Object.entries(forms)) {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.textContent = name;
    choice.addEventListener("click", () => {
      text.textContent = written;
      copyText(written, name);
    });
    box.append(choice);
  }
  box.append(text);
  quote.append(box);
  button.setAttribute("aria-expanded", "true");
  box.querySelector("button").focus();
};

document.addEventListener("click", (event) => {
  const chip = closest(event, ".chip");
  if (chip) {
    event.preventDefault(); // the address bar stays as it is
    citewire.follow(chip.dataset.turn, chip.dataset.n, chip);
    return;
  }
  if (!closest(event, "#panel")) {
    if (narrow() && document.getElementById("desk").classList.contains("sheet-open") && !closest(event, ".turn .deeds")) closeSheet();
    return;
  }
  const opens = closest(event, ".opens");
  const words = closest(event, ".to-words");
  const step = closest(event, "[data-walk]");
  if (opens) {
    const source = opens.closest(".source");
    if (source.classList.contains("open")) closeArticle(source);
    else openArticle(source);
  } else if (words) citewire.follow(panelOf().dataset.turn, words.closest("li").dataset.n);
  else if (step) walk(Number(step.dataset.walk));
  else if (closest(event, ".closes")) closeSheet();
  else if (closest(event, '[data-deed="cite"]')) showForms(closest(event, '[data-deed="cite"]'));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.getElementById("desk").classList.contains("sheet-open") && narrow()) closeSheet();
  const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "]") walk(1);
  if (event.key === "[") walk(-1);
});
citewire.openSheet = openSheet;
