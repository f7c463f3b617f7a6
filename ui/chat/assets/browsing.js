// The page of the articles: found as one types, page by page; what is asked of an article opens below it.
let listed = { find: "", order: "newest", page: 0 };
let typing = null;

const showList = async (changed) => {
  listed = { ...listed, ...changed };
  const asked = listed;
  const html = await citewire.server.view_articles(asked);
  const view = document.querySelector("#view .articles");
  if (!view || asked !== listed) return; // another view was opened, or more was typed
  const fresh = document.createElement("div");
  fresh.innerHTML = html; // made by a template of the server, which escapes every value
  view.querySelector(".results").replaceWith(fresh.querySelector(".results") || fresh);
};

citewire.views.articles = async () => {
  listed = { find: "", order: "newest", page: 0 };
  citewire.showView(await citewire.server.view_articles(listed));
};

const confirmRemoval = (item, more) => {
  const title = item.querySelector(".title").textContent;
  const words = document.createElement("p");
  words.className = "facts";
  words.textContent = `Remove “${title}” with all its versions? Answers that cite it can no longer be checked.`;
  const choice = document.createElement("p");
  choice.className = "deeds";
  const yes = deed("Remove it", `Remove “${title}” now`, async () => {
    const failed = await citewire.server.remove_article({ article: item.dataset.article });
    if (failed) more.innerHTML = failed; // made by a template of the server
    else {
      await showList({});
      document.querySelector("#view .articles .status").textContent = `“${title}” was removed.`;
      document.querySelector("#view h2").focus();
    }
  });
  yes.className = "grave";
  const no = deed("Keep it", "Keep the article", () => {
    more.hidden = true;
    const opener = item.querySelector('[data-more="remove"]');
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  });
  choice.append(yes, no);
  more.replaceChildren(words, choice);
  no.focus();
};

document.addEventListener("click", async (event) => {
  const page = closest(event, ".pages [data-page]");
  const opens = closest(event, "[data-more]");
  if (page) {
    await showList({ page: Number(page.dataset.page) });
    document.getElementById("view").scrollTop = 0;
    document.querySelector("#view h2").focus();
  } else if (opens) {
    const item = opens.closest("li");
    const more = item.querySelector(".more");
    const same = !more.hidden && more.dataset.shown === opens.dataset.more;
    item.querySelectorAll("[data-more]").forEach((each) => each.setAttribute("aria-expanded", "false"));
    more.hidden = same;
    if (same) return;
    more.dataset.shown = opens.dataset.more;
    opens.setAttribute("aria-expanded", "true");
    if (opens.dataset.more === "remove") return confirmRemoval(item, more);
    const look = opens.dataset.more === "versions" ? citewire.server.view_versions : citewire.server.view_copies;
    more.innerHTML = await look({ article: item.dataset.article }); // made by a template of the server
  }
});
document.addEventListener("input", (event) => {
  if (!closest(event, ".finding input")) return;
  clearTimeout(typing);
  typing = setTimeout(() => showList({ find: event.target.value, page: 0 }), 250);
});
document.addEventListener("change", (event) => {
  if (closest(event, ".finding select")) showList({ order: event.target.value, page: 0 });
});
document.addEventListener("submit", (event) => {
  if (!closest(event, ".finding")) return;
  event.preventDefault();
  showList({ find: event.target.elements.find.value, page: 0 });
});
