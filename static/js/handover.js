"use strict";
// The hand-over form shows what the chosen level needs. Without this file everything is shown, and the server ignores
// what a level does not use; what was typed in a hidden part is still sent, so that changing the level loses nothing.
(() => {
  function valueOf(form, name) {
    const field = form.elements[name];
    if (!field) return "";
    return field.type === "checkbox" && !field.checked ? "" : field.value;
  }

  function isWanted(part, form) {
    if (part.hasAttribute("data-levels")) return part.dataset.levels.split(" ").includes(valueOf(form, "level"));
    return part.dataset.values.split(" ").includes(valueOf(form, part.dataset.when));
  }

  function refresh(form) {
    form.querySelectorAll("[data-levels], [data-when]").forEach((part) => {
      // A part with a message beside a field stays in sight, whatever is chosen.
      part.hidden = !isWanted(part, form) && !part.querySelector(".is-invalid");
    });
  }

  function refreshAll() {
    document.querySelectorAll("form[data-handover]").forEach(refresh);
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-handover")) refresh(form);
  });
  document.addEventListener("htmx:afterSwap", refreshAll);
  window.addEventListener("pageshow", refreshAll); // the browser fills fields in again when one comes back
  refreshAll();
})();
