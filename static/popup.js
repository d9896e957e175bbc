// For the window that a program opened. A page that is the end of it says in `data-closes` after how many seconds it
// closes; a tab that a person opened stays. A form is sent once, however often its button is clicked.
(() => {
  // On the way the tie to the opener may have been cut; a window without bars was opened by a script all the same.
  const isPopUp = window.opener !== null || !window.menubar.visible;
  const end = document.querySelector("[data-closes]");
  if (end && isPopUp) setTimeout(() => window.close(), Number(end.dataset.closes) * 1000);

  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
})();
