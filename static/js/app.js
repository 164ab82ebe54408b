"use strict";
// Every page works without this file. It makes a swapped page behave like a loaded one, and a double press harmless.
(() => {
  const sending = new Map(); // form -> the button that was pressed

  function release(form) {
    const button = sending.get(form);
    sending.delete(form);
    if (button) button.disabled = false;
  }

  // Capturing, so that it comes before htmx: the second press is stopped before anyone sends it.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (sending.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const button = event.submitter;
    sending.set(form, button);
    // Later, because a disabled button's own name and value are not sent.
    setTimeout(() => { if (button && sending.has(form)) button.disabled = true; });
  }, true);

  // Coming back with the browser's back button shows the page as it was left: with its button disabled.
  window.addEventListener("pageshow", () => [...sending.keys()].forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => release(event.detail.requestConfig.elt));

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { boosted, xhr } = event.detail;
    if (!boosted) {
      // An error is a whole page; it must not land inside a small panel.
      if (xhr.status >= 400) event.detail.shouldSwap = false;
      return;
    }
    const isPage = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/html");
    // A file, or a page outside the frame (the session has ended: log in): let the browser go there itself.
    if (xhr.status < 400 && !(isPage && xhr.responseText.includes('id="rail"'))) {
      event.detail.shouldSwap = false;
      window.location.assign(xhr.responseURL);
    }
  });

  document.addEventListener("htmx:sendError", (event) => {
    const notice = document.getElementById("unreachable");
    if (!notice || !event.detail.boosted) return;
    notice.hidden = false;
    notice.focus();
  });

  // A swapped page is read from its start: the message, else the first field that is wrong, else the page itself.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.detail.boosted || event.target.id !== "main") return;
    const main = document.getElementById("main");
    const first = main.querySelector(".flash:not([hidden])") || main.querySelector("[aria-invalid='true'], .is-invalid");
    if (first) first.focus();
    else main.focus({ preventScroll: true });
  });
})();
