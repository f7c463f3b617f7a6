// Watched questions: kept from an answer, listed with what is new, counted beside their button.
citewire.watchQuestion = async (number) => {
  let turn = citewire.keptTurn(number);
  for (let tries = 0; !turn && tries < 50; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200)); // it is kept a moment after it is whole
    turn = citewire.keptTurn(number);
  }
  if (!turn) return tellPanel("This answer is not kept in the browser; ask the question again to watch it.");
  tellPanel("Keeping the question …");
  tellPanel(await citewire.server.watch_question({ turn }));
};

const showCount = (count) => {
  const badge = document.getElementById("news-count");
  if (!badge) return;
  badge.hidden = !count;
  badge.textContent = count ? `${count} new` : "";
};
citewire.countNews = async () => {
  if (!citewire.server) return setTimeout(citewire.countNews, 300); // the page is still being put together
  showCount(await citewire.server.count_news({}));
};

citewire.views.watched = async () => {
  const body = citewire.showView(await citewire.server.view_watched({}));
  showCount(0);
  const view = body.querySelector(".watched");
  if (!view || view.dataset.outdated === "0") return;
  const html = await citewire.server.ask_watched({});
  if (body.contains(view)) citewire.showView(html, { focus: false }); // unless another view was opened meanwhile
  else citewire.countNews();
};

document.addEventListener("click", async (event) => {
  const removes = closest(event, "[data-watched-remove]");
  if (removes) citewire.showView(await citewire.server.remove_watched({ number: Number(removes.dataset.watchedRemove) }));
});
citewire.countNews();
