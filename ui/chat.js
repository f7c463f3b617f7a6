// A click on a citation opens the article beside the chat at the highlighted words. One listener for all of them,
// since the chat draws its messages anew whenever it likes. The address bar stays as it is.
() => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href*="#src-"]');
    if (!link) return;
    event.preventDefault();
    const id = link.getAttribute("href").split("#")[1];
    const words = document.getElementById(id);
    if (!words) return;
    document.querySelectorAll("mark.chosen").forEach((mark) => mark.classList.remove("chosen"));
    const article = words.closest("details");
    if (article) article.open = true;
    words.classList.add("chosen");
    words.scrollIntoView({ block: "center", behavior: "instant" });
    words.focus({ preventScroll: true });
  });
}
