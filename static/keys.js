// Keys for the item tables. Everything that they do can be done without them: they only move the cursor, and submit a form.
(() => {
  const box = () => document.querySelector("#items input[type=search]");
  const rows = () => [...document.querySelectorAll("#items td.name a")];
  const isTyping = (at) => at.closest("input, select, textarea, [contenteditable], dialog") !== null;

  // The row's link so many rows on; above the first is the filter.
  function move(from, by) {
    const all = rows();
    const at = all.indexOf(from);
    if (at + by < 0) return box();
    return all[Math.min(at + by, all.length - 1)];
  }

  // Where the cursor goes, or nothing where the key is somebody else's.
  function target(key, at) {
    const inBox = at === box();
    const inRow = at.matches("#items td.name a");
    if (key === "/" && !isTyping(at)) return box();
    if (key === "ArrowDown" && (inBox || inRow || at === document.body)) return move(at, 1);
    if (key === "ArrowUp" && inRow) return move(at, -1);
    if (key === "Escape" && !inBox && at.closest("#items") && !isTyping(at)) return box();
    return null;
  }

  // Escape in the filter empties it, and asks for the rows anew.
  function clear(input) {
    if (input.value === "") return;
    input.value = "";
    input.form.requestSubmit();
  }

  // The style sheet shows what the keys do only where they do it.
  document.documentElement.classList.add("keyed");
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target === box()) {
      event.preventDefault();
      return clear(event.target);
    }
    const next = target(event.key, event.target);
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (next === box()) next.select();
  });
})();
