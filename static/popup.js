// For the window that a program opened. A page that is the end of it says in `data-closes` after how many seconds it
// closes; a tab that a person opened stays.
(() => {
  // On the way the tie to the opener may have been cut; a window without bars was opened by a script all the same.
  const isPopUp = window.opener !== null || !window.menubar.visible;
  const end = document.querySelector("[data-closes]");
  if (end && isPopUp) setTimeout(() => window.close(), Number(end.dataset.closes) * 1000);
})();
