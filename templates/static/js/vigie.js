// The shell: toasts with undo, the search key, keyboard help, errors of htmx said aloud.

const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];

/** Is the person typing, so that single keys must not act? */
export function typing(event) {
  const at = event.target;
  return event.ctrlKey || event.metaKey || event.altKey || at.isContentEditable
    || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || document.querySelector("dialog[open]");
}

/** Shows `text` for eight seconds (twenty with an undo) in the polite live region. */
export function toast({ text, undo = "", kind = "info" }) {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Annuler";
    button.addEventListener("click", () => { box.remove(); post(undo); });
    box.append(button);
  }
  const region = document.getElementById("toasts");
  region.replaceChildren(box);
  setTimeout(() => box.remove(), undo ? 20000 : 8000);
}

/** POSTs to `url` through htmx, so that out-of-band swaps and triggers of the answer apply. */
export function post(url, values = {}) {
  return window.htmx.ajax("POST", url, { swap: "none", values, source: document.body });
}

export async function send(url, values) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.append(name, value);
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } });
}

document.body.addEventListener("toast", (event) => toast(event.detail));
document.body.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  const plain = (answer.getResponseHeader("Content-Type") || "").startsWith("text/plain");
  toast({ text: plain ? answer.responseText : "L’action a échoué. Rien n’a été perdu : réessayez.", kind: "block" });
});
document.body.addEventListener("htmx:sendError", () =>
  toast({ text: "Le service ne répond pas. Rien n’a été perdu : réessayez dans un instant.", kind: "block" }));

const help = document.getElementById("help");
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) help.showModal();
});
document.addEventListener("keydown", (event) => {
  if (typing(event)) return;
  if (event.key === "?") { event.preventDefault(); help.showModal(); }
  if (event.key === "/") {
    const field = document.getElementById("q");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  }
});
