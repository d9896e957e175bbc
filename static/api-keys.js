// For the pages of API keys, which work without it: copies a key that is shown, and sends a form once, however often it is clicked.
(() => {
  async function copy(form) {
    const field = document.getElementById(form.dataset.copies);
    const said = form.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "Copied.";
    } catch {
      field.select();
      said.textContent = "The browser does not allow it: copy what is marked.";
    }
  }

  // Only where the browser lets pages copy at all: on https, and on this machine.
  const copying = navigator.clipboard ? document.querySelectorAll("form[data-copies]") : [];
  for (const form of copying) form.hidden = false;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.copies) {
      event.preventDefault();
      copy(form);
    } else if ("once" in form.dataset) {
      if (form.dataset.once === "sent") return event.preventDefault();
      form.dataset.once = "sent";
    }
  });
  // Who comes back to the page can send it again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-once]")) form.dataset.once = "";
  });
})();
