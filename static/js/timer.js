"use strict";
// A running timer shows how long it runs. Without this file it says since when.
(() => {
  // The server's clock counts: how far this computer's is off is measured once for each page that is shown.
  const offsets = new WeakMap();

  function words(seconds) {
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return `${hours}:${two(minutes)}:${two(rest)}`;
  }

  function tick() {
    document.querySelectorAll("[data-since]").forEach((clock) => {
      if (!offsets.has(clock)) offsets.set(clock, Date.parse(clock.dataset.now) - Date.now());
      const ran = Date.now() + offsets.get(clock) - Date.parse(clock.dataset.since);
      clock.textContent = `· ${words(Math.max(0, Math.floor(ran / 1000)))}`;
      clock.hidden = false;
    });
  }

  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSwap", tick);
  document.addEventListener("htmx:oobAfterSwap", tick);
  tick();
})();
