"use strict";
// Choosing what a task needs while writing its brief. Without this file the button "Search" does it, for the whole page.
(() => {
  const lists = () => document.getElementById("resource-lists");
  let stale = false; // something was ticked while an answer was on its way, that knows nothing of it

  document.addEventListener("change", (event) => {
    const found = lists();
    if (found && found.contains(event.target)) stale = found.classList.contains("htmx-request");
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!stale || event.detail.target !== lists()) return;
    stale = false;
    event.detail.shouldSwap = false;
    window.htmx.trigger(lists(), "again");
  });

  // Enter in the search looks for it, here and now; it never hands the task over.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.id !== "id_resource_search") return;
    event.preventDefault();
    window.htmx.trigger(lists(), "again");
  });
})();
