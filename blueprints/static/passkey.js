// Passkeys: asks the device what the page asks, and sends its answer with the form around the button.
"use strict";
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const asked = (kind, options) => {
    const challenge = bytes(options.challenge);
    if (kind === "get") return { ...options, challenge, allowCredentials: named(options.allowCredentials) };
    const user = { ...options.user, id: bytes(options.user.id) };
    return { ...options, challenge, user, excludeCredentials: named(options.excludeCredentials) };
  };

  const answered = (made) => {
    const response = { clientDataJSON: text(made.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"])
      if (made.response[part]) response[part] = text(made.response[part]);
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} });
  };

  const use = async (place) => {
    const form = place.closest("form");
    const failed = place.querySelector("[role=alert]");
    failed.hidden = true;
    try {
      const publicKey = asked(place.dataset.passkey, JSON.parse(place.dataset.options));
      form.elements.passkey.value = answered(await navigator.credentials[place.dataset.passkey]({ publicKey }));
    } catch {
      failed.hidden = false;
      return;
    }
    if (place.dataset.action) form.action = place.dataset.action;
    form.submit();
  };

  const byNumber = /^\[|^[\d.]+$/.test(location.hostname); // passkeys belong to a name
  if (!window.PublicKeyCredential || !window.isSecureContext || byNumber) return;
  document.querySelectorAll("[data-no-passkey]").forEach((one) => (one.hidden = true));
  document.querySelectorAll("[data-passkey]").forEach((place) => {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => use(place));
  });
})();
