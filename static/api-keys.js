// For the page of a new API key, which works without it: copies the key.
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
    if (!form.dataset.copies) return;
    event.preventDefault();
    copy(form);
  });
})();
