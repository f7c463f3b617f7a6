// What is wrong with a sentence, a quote or an answer: a small menu where it stands; what is said goes to the server.
const FAULTS = [
  ["not_said", "The quote does not say this"],
  ["wrong_source", "Wrong source"],
  ["missing", "Should have been found …"],
  ["answers", "This does answer the question"],
];

const sayFault = async (box, told) => {
  const turn = citewire.keptTurn(told.number);
  const words = document.createElement("span");
  words.className = "said";
  words.setAttribute("role", "status");
  box.replaceChildren(words);
  words.textContent = turn ? await citewire.server.say_fault({ ...told, turn }) : "This answer is not kept in the browser; ask the question again.";
};

const askForWords = (box, told) => {
  const form = document.createElement("form");
  const field = document.createElement("input");
  field.placeholder = "The words that should have been found";
  field.setAttribute("aria-label", "What should have been found");
  field.maxLength = 1000;
  const send = deed("Send", "Send what should have been found", () => {});
  send.type = "submit";
  form.append(field, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) sayFault(box, { ...told, kind: "missing", words: field.value });
  });
  box.replaceChildren(form);
  field.focus();
};

const toggleFaults = (button, place, told, kinds) => {
  const open = place.querySelector(":scope > .faults");
  button.setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const box = document.createElement("div");
  box.className = "faults";
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    box.remove();
    button.setAttribute("aria-expanded", "false");
    button.focus();
  });
  for (const [kind, text] of FAULTS.filter(([kind]) => kinds.includes(kind)))
    box.append(deed(text, text, () => (kind === "missing" ? askForWords(box, told) : sayFault(box, { ...told, kind: kind === "answers" ? "missing" : kind }))));
  place.append(box);
  if (kinds[0] === "missing") askForWords(box, told);
  else box.querySelector("button").focus();
};

Object.assign(deeds, {
  fault: (button, turn) => {
    const sentence = button.closest(".sentence");
    const numbers = sentence.dataset.quotes.split(" ").filter(Boolean).map(Number);
    toggleFaults(button, sentence, { number: Number(turn.dataset.turn), sentence: sentence.querySelector(".words").textContent, numbers }, ["not_said", "wrong_source", "missing"]);
  },
  "fault-answer": (button, turn) => toggleFaults(button, button.parentElement, { number: Number(turn.dataset.turn) }, ["missing"]),
  "fault-quote": (button) => {
    const quote = button.closest("li[data-n]");
    const turn = panelOf().dataset.turn;
    const refused = document.querySelector(`.turn[data-turn="${CSS.escape(turn)}"] .refusal`);
    toggleFaults(button, quote, { number: Number(turn), numbers: [Number(quote.dataset.n)] }, refused ? ["answers"] : ["not_said", "wrong_source"]);
  },
});
