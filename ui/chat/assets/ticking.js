// Articles that were ticked limit what is asked, until they are taken out.
const ticked = new Map();
const titleBeside = (control) => {
  const place = control && control.closest(".source, .article-list > li, .reading");
  const title = place && place.querySelector(".opens, .title, h2");
  return title ? title.textContent : "";
};

citewire.showTicks = () => {
  document.querySelectorAll("[data-tick]").forEach((box) => (box.checked = ticked.has(box.dataset.tick)));
  const only = document.getElementById("only");
  if (!only) return;
  only.hidden = !ticked.size;
  const title = [...ticked.values()][0];
  only.querySelector(".text").textContent = ticked.size === 1 ? `Only this article: ${title || [...ticked.keys()][0]}` : `Only these ${ticked.size} articles`;
};
citewire.tick = (articles) => {
  const titles = new Map(ticked);
  ticked.clear();
  for (const name of articles) {
    const box = document.querySelector(`[data-tick="${CSS.escape(name)}"], [data-ask-article="${CSS.escape(name)}"]`);
    ticked.set(name, titles.get(name) || titleBeside(box));
  }
  citewire.showTicks();
};
citewire.withTicked = (given) => [...given.slice(0, -1), [...ticked.keys()]];

document.addEventListener("change", (event) => {
  const box = closest(event, "[data-tick]");
  if (!box) return;
  if (box.checked) ticked.set(box.dataset.tick, titleBeside(box));
  else ticked.delete(box.dataset.tick);
  citewire.showTicks();
});
document.addEventListener("click", (event) => {
  const asks = closest(event, "[data-ask-article]");
  if (asks) {
    ticked.clear();
    ticked.set(asks.dataset.askArticle, titleBeside(asks));
    citewire.showTicks();
    if (narrow()) document.getElementById("desk").classList.remove("sheet-open");
    document.querySelector("#question textarea").focus();
  } else if (closest(event, "[data-untick]")) {
    citewire.tick([]);
    document.querySelector("#question textarea").focus();
  }
});
