// Forms with `data-passkey`: before one is sent, the browser asks for a passkey (get, login) or makes one (create).
// What the server wants to know comes in `data-options`; for logging in it is fetched, since a page may wait for hours.
(() => {
  "use strict";

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (credentials) => (credentials || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function options(form) {
    if (form.dataset.passkey !== "login") return JSON.parse(form.dataset.options).publicKey;
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()).request_options.publicKey;
  }

  async function make(wanted) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...wanted,
        challenge: bytes(wanted.challenge),
        user: { ...wanted.user, id: bytes(wanted.user.id) },
        excludeCredentials: withBytes(wanted.excludeCredentials),
        // A passkey that logs in by itself: the device keeps it, and checks who holds it.
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      },
    });
    return {
      ...named(made),
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
    };
  }

  async function show(wanted) {
    const shown = await navigator.credentials.get({
      publicKey: { ...wanted, challenge: bytes(wanted.challenge), allowCredentials: withBytes(wanted.allowCredentials) },
    });
    const { response } = shown;
    return {
      ...named(shown),
      response: {
        clientDataJSON: text(response.clientDataJSON),
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : null,
      },
    };
  }

  const named = (credential) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
  });

  function say(form, what) {
    form.querySelectorAll("[data-passkey-said]").forEach((words) => {
      words.hidden = words.dataset.passkeySaid !== what;
    });
  }

  async function press(form) {
    if (form.hasAttribute("data-asking")) return;
    form.setAttribute("data-asking", "");
    say(form, "");
    try {
      const wanted = await options(form);
      const credential = await (form.dataset.passkey === "create" ? make(wanted) : show(wanted));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      say(form, error.name === "InvalidStateError" ? "known" : "stopped");
    } finally {
      form.removeAttribute("data-asking");
    }
  }

  // On the way down, before htmx or the guard against double presses take the press.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target.closest("form[data-passkey]");
      if (!form) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (window.PublicKeyCredential) press(form);
      else say(form, "unable");
    },
    true,
  );
})();
