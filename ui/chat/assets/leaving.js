// Leaves the log-in: the server ends the session, and what is still on its way stops with the page.
document.addEventListener("click", async (event) => {
  const button = closest(event, "[data-logout]");
  if (!button) return;
  button.disabled = true;
  // Not a form: the page names no referrer, and a form of such a page does not say that it is of this server.
  const answer = await fetch("/logout", { method: "POST", redirect: "manual" }).catch(() => null);
  if (answer && (answer.type === "opaqueredirect" || answer.ok)) window.location.replace("/login");
  else {
    button.disabled = false;
    tellPanel("The server did not answer: you are still logged in.");
  }
});
