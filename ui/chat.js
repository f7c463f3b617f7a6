// A click on a citation opens the article beside the chat at the highlighted words. One listener for all of them,
// since the chat draws its messages anew whenever it likes. The address bar stays as it is.
() => {
  let chosen = "";
  const choose = () => {
    document.querySelectorAll("mark.chosen").forEach((mark) => mark.classList.remove("chosen"));
    const words = document.getElementById(chosen);
    if (!words) return null;
    const article = words.closest("details");
    if (article) article.open = true;
    words.classList.add("chosen");
    return words;
  };
  const show = () => {
    const words = choose();
    if (!words) return;
    words.scrollIntoView({ block: "center", behavior: "instant" });
    words.focus({ preventScroll: true });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href*="#src-"]');
    if (!link) return;
    event.preventDefault();
    chosen = link.getAttribute("href").split("#")[1];
    show();
  });
  // Sources that are drawn anew, because an answer has more of them, keep what was chosen; and where the reader was, if nowhere else.
  new MutationObserver(() => {
    const words = document.getElementById(chosen);
    if (!words || words.classList.contains("chosen")) return;
    if (document.activeElement === document.body || document.activeElement.closest("#sources")) show();
    else choose();
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
}
