// Chips of sentences: a card with the quote while one is pointed at or has the focus, and quotes and sentences that light each other.
const citewire = (window.citewire = window.citewire || {});
const closest = (event, selector) => (event.target.closest ? event.target.closest(selector) : null);

citewire.sourcesOf = (turn) => document.querySelector(`.turn[data-turn="${CSS.escape(turn)}"] > .sources`);

const quoteOf = (chip) => {
  const sources = citewire.sourcesOf(chip.dataset.turn);
  return sources && sources.querySelector(`.quotes > li[data-n="${CSS.escape(chip.dataset.n)}"]`);
};

const fillCard = (card, quote) => {
  const source = quote.closest(".source");
  const origin = quote.closest(".origin");
  const words = document.createElement("blockquote");
  words.dir = "auto";
  words.append(...quote.querySelector("q").cloneNode(true).childNodes);
  const facts = document.createElement("p");
  facts.className = "facts";
  facts.textContent = source.querySelector(".facts").textContent;
  card.replaceChildren(words, facts);
  const copies = origin.querySelectorAll(".source").length;
  const line = document.createElement("p");
  line.className = "facts";
  line.textContent = copies > 1 ? origin.querySelector(".one-origin").textContent : "A report of its own";
  card.append(line);
  quote.querySelectorAll(".notice").forEach((notice) => card.append(notice.cloneNode(true)));
  source.querySelectorAll(":scope > .notice").forEach((notice) => card.append(notice.cloneNode(true)));
};

const placeCard = (card, chip) => {
  const at = chip.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left - 24), window.innerWidth - size.width - 8);
  const below = at.bottom + 6 + size.height < window.innerHeight;
  card.style.left = `${Math.max(8, left)}px`;
  card.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - size.height - 6)}px`;
};

let carded = null;
const hideCard = () => {
  const card = document.getElementById("card");
  if (carded) carded.removeAttribute("aria-describedby");
  carded = null;
  if (card && card.matches(":popover-open")) card.hidePopover();
};
const showCard = (chip) => {
  const card = document.getElementById("card");
  const quote = quoteOf(chip);
  if (!card || !quote || carded === chip) return;
  hideCard();
  fillCard(card, quote);
  card.showPopover();
  placeCard(card, chip);
  carded = chip;
  chip.setAttribute("aria-describedby", "card");
};

const light = (numbers, turn) => {
  document.querySelectorAll(".lit").forEach((each) => each.classList.remove("lit"));
  if (!numbers.length) return;
  const panel = document.getElementById("panel");
  const shown = panel && panel.dataset.turn === String(turn);
  for (const n of numbers) {
    const quoted = `[data-n="${CSS.escape(n)}"]`;
    if (shown) panel.querySelectorAll(`.quotes > li${quoted}, mark${quoted}`).forEach((each) => each.classList.add("lit"));
    const sentences = document.querySelectorAll(`.turn[data-turn="${CSS.escape(turn)}"] .sentence[data-quotes~="${CSS.escape(n)}"]`);
    sentences.forEach((each) => each.classList.add("lit"));
  }
};
const lightFor = (event) => {
  const quote = closest(event, "#panel .quotes > li, #panel mark");
  if (quote) return light([quote.dataset.n], document.getElementById("panel").dataset.turn);
  const chip = closest(event, ".chip");
  const sentence = closest(event, ".sentence");
  const turn = closest(event, ".turn");
  if (chip && turn) return light([chip.dataset.n], chip.dataset.turn);
  if (sentence && turn) return light(sentence.dataset.quotes.split(" ").filter(Boolean), turn.dataset.turn);
  return light([], "");
};

for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    const chip = closest(event, ".chip");
    // A finger opens the article at once; a card below it would only be in its way.
    if (chip && event.pointerType !== "touch") showCard(chip);
    else if (!closest(event, "#card")) hideCard();
    lightFor(event);
  });
}
document.addEventListener("scroll", hideCard, { capture: true, passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideCard();
});
citewire.hideCard = hideCard;
