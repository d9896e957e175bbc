// For forms that say `data-once`, which work without it: each is sent once, however often its button is clicked.
(() => {
  document.addEventListener("submit", (event) => {
    const { dataset } = event.target;
    if (!("once" in dataset)) return;
    if (dataset.once === "sent") event.preventDefault();
    dataset.once = "sent";
  });

  // Who comes back to a page finds it as it was left, and can send its form again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-once]")) form.dataset.once = "";
  });
})();
