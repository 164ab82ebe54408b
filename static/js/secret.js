"use strict";
// Shows a secret in its place, for a while, and copies one without showing it. Without this file "Show" leads to a page
// of its own, and there is no "Copy". A secret that came here stands in the page only as long as it is in sight.
(() => {
  const shown = new Map(); // form -> what hides it again

  const find = (form, name) => form.querySelector(`[data-${name}]`);

  // One of the texts that the page brought along, or what the server said.
  function say(form, text, seconds) {
    const place = find(form, "said");
    place.textContent = (place.dataset[text] || text).replace("{seconds}", seconds);
  }

  function hide(form) {
    if (!shown.has(form)) return;
    shown.get(form)();
    say(form, "hidden");
  }

  function show(form, { value, seconds }) {
    if (shown.has(form)) shown.get(form)();
    const [place, button, press] = [find(form, "value"), find(form, "hide"), find(form, "show")];
    const until = Date.now() + seconds * 1000;
    const inSight = (yes) => {
      const wasThere = [button, press, document.body].includes(document.activeElement);
      place.textContent = yes ? value : "";
      [place.hidden, button.hidden, press.hidden, find(form, "dots").hidden] = [!yes, !yes, yes, yes];
      if (wasThere) (yes ? button : press).focus();
    };
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      find(form, "left").textContent = `(${Math.max(0, left)})`;
      if (left <= 0) hide(form);
    };
    const clock = setInterval(tick, 250);
    shown.set(form, () => {
      clearInterval(clock);
      shown.delete(form);
      inSight(false);
    });
    inSight(true);
    tick();
    say(form, "shown", seconds);
  }

  function askWhy(form, way) {
    const why = find(form, "why");
    if (!why) return;
    const input = why.querySelector("input");
    why.hidden = !way;
    input.disabled = !way;
    input.dataset.way = way;
    if (way) input.focus();
    else input.value = ""; // the next time there may be another reason
  }

  // The server's answer, or null after what stood in the way was told.
  async function ask(form, address, way) {
    const data = new FormData(form);
    data.set("way", way);
    say(form, "");
    let response;
    let answer;
    try {
      response = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" }, cache: "no-store" });
      answer = response.status === 404 ? { error: "gone" } : await response.json();
    } catch {
      answer = { error: "away" };
    }
    if (answer.value) {
      askWhy(form, "");
      return answer;
    }
    if (answer.location) window.location.assign(answer.location); // to log in again, and back
    if (answer.reason) askWhy(form, way);
    say(form, answer.reason || answer.error || "");
    return null;
  }

  async function copy(form, address) {
    let asked;
    const answer = () => (asked = asked || ask(form, address, "copied"));
    const blob = async () => {
      const found = await answer();
      if (!found) throw new Error("not given");
      return new Blob([found.value], { type: "text/plain" });
    };
    try {
      // The promise of a text, because some browsers let a page copy only at the very moment of the press.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob() })]);
      say(form, "copied");
    } catch {
      const found = await answer();
      if (!found) return;
      await navigator.clipboard.writeText(found.value).then(() => say(form, "copied"), () => say(form, "failed"));
    }
  }

  async function press(form, way) {
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    try {
      if (way === "copied") {
        await copy(form, find(form, "copy-secret").dataset.copySecret);
      } else {
        const answer = await ask(form, form.action, way);
        if (answer && form.isConnected) show(form, answer);
      }
    } finally {
      delete form.dataset.busy;
    }
  }

  // The press and not the sending of the form, which the page then never begins. Enter after the reason is a press on
  // the first button too; it means what the reason was asked for.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-show")) {
      event.preventDefault();
      press(button.form, document.activeElement.dataset.way || "shown");
    }
    if (button.hasAttribute("data-copy-secret")) press(button.form, "copied");
    if (button.hasAttribute("data-hide")) hide(button.form);
    if (button.hasAttribute("data-copy")) {
      navigator.clipboard.writeText(button.dataset.copy).then(() => {
        button.nextElementSibling.textContent = button.nextElementSibling.dataset.copied;
      });
    }
  });

  function offerCopying() {
    if (!navigator.clipboard) return;
    document.querySelectorAll("[data-copy][hidden], [data-copy-secret][hidden]").forEach((button) => {
      button.hidden = false;
    });
  }

  // Nothing stays behind in a page that is left: the browser may keep it to come back to.
  const hideAll = () => [...shown.keys()].forEach(hide);
  window.addEventListener("pagehide", hideAll);
  document.addEventListener("htmx:beforeSwap", hideAll);
  document.addEventListener("htmx:afterSwap", offerCopying);
  offerCopying();
})();
