// Views in place of the conversation: the server writes each of them; the way back leads to the one before.
const viewBody = () => document.getElementById("view-body");
const before = [];

citewire.showView = (html, { focus = true, keep = false } = {}) => {
  const body = viewBody();
  const desk = document.getElementById("desk");
  if (keep && desk.classList.contains("in-view")) before.push({ nodes: [...body.childNodes], top: body.parentElement.scrollTop });
  desk.classList.add("in-view");
  body.innerHTML = html; // made by a template of the server, which escapes every value
  const box = document.getElementById("view");
  box.scrollTop = 0;
  if (focus) {
    const heading = body.querySelector("h2");
    if (heading) heading.focus({ preventScroll: true });
  }
  const words = body.querySelector("mark");
  if (words) box.scrollTop = words.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  return body;
};
citewire.closeView = () => {
  before.length = 0;
  const desk = document.getElementById("desk");
  if (!desk.classList.contains("in-view")) return;
  desk.classList.remove("in-view");
  viewBody().replaceChildren();
};
const back = () => {
  const last = before.pop();
  if (!last) return citewire.closeView();
  viewBody().replaceChildren(...last.nodes);
  document.getElementById("view").scrollTop = last.top;
  const heading = viewBody().querySelector("h2");
  if (heading) heading.focus({ preventScroll: true });
};

citewire.views = {};
citewire.readArticle = async (told) => citewire.showView(await citewire.server.view_article(told), { keep: true });

document.addEventListener("click", (event) => {
  const opens = closest(event, "[data-view]:is(button)");
  const reads = closest(event, "[data-read]");
  if (opens) {
    before.length = 0;
    citewire.views[opens.dataset.view]();
    closeSide();
  } else if (reads) citewire.readArticle({ article: reads.dataset.read, sha256: reads.dataset.sha256 || null, start: Number(reads.dataset.start || 0), end: Number(reads.dataset.end || 0) });
  else if (closest(event, "[data-view-back]")) back();
  else if (closest(event, "[data-view-close]")) {
    citewire.closeView();
    document.querySelector("#question textarea").focus();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.getElementById("desk").classList.contains("in-view") && closest(event, "#view")) back();
});
