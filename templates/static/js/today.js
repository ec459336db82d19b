// Triage from the keyboard, by mouse and by touch. The server decides; the row leaves at once.

import { post, toast, typing } from "./vigie.js";
import "./combo.js";

const list = document.getElementById("list");
const pane = document.getElementById("pane");
const rows = () => [...document.querySelectorAll(".row")].filter((row) => row.offsetParent);
const open = () => rows().filter((row) => !row.matches(".decided, .leaving"));
let at = ""; // the item the keys speak of; its row may be replaced by the server
const current = () => (at ? document.getElementById(`item-${at}`) : null);
const wide = () => pane && getComputedStyle(pane).display !== "none";
let undo = "";

function go(row, { focus = true } = {}) {
  if (!row) return;
  current()?.classList.remove("current");
  at = row.dataset.item;
  row.classList.add("current");
  if (focus) row.querySelector("a.title").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  go(all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))]);
}

/** Opens the item of `row` in the pane, and says so in the address. */
async function show(row) {
  const id = row.dataset.item;
  const answer = await fetch(`/contenus/${id}/volet`);
  if (!answer.ok) { toast({ text: "Ce contenu ne s’ouvre pas : réessayez.", kind: "block" }); return; }
  pane.innerHTML = await answer.text();
  window.htmx.process(pane);
  pane.scrollTop = 0;
  const address = new URL(location);
  address.searchParams.set("item", id);
  history.replaceState(null, "", address);
}

/** Keeps or drops: the row dims and the next is current before the server answers. */
function decide(row, act) {
  const form = row?.querySelector(`form[data-act=${act}]`);
  if (form) form.requestSubmit(); // one path: htmx:beforeRequest below dims and moves on
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.target.closest?.(".row");
  if (!row || !event.target.matches("form[data-act]") || event.target.dataset.act === "reopen") return;
  const left = open();
  const next = left[left.indexOf(row) + 1] || left[left.indexOf(row) - 1];
  row.classList.add("leaving");
  if (next) {
    go(next);
    if (wide() && pane.querySelector("#pane-body")) show(next);
  }
});
const comeBack = (event) => event.target.closest?.(".row")?.classList.remove("leaving");
document.addEventListener("htmx:responseError", comeBack);
document.addEventListener("htmx:sendError", comeBack);
document.addEventListener("toast", (event) => { undo = event.detail.undo || ""; });
document.addEventListener("htmx:afterSettle", () => current()?.classList.add("current"));
document.addEventListener("htmx:oobAfterSwap", () => current()?.classList.add("current"));
// A tag was chosen in the pane: back to the row, so that the next key acts on it.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "pane-body") return;
  if (event.detail.requestConfig?.elt?.matches(".adder") && current()) go(current());
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".row a.title");
  if (link && wide() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    go(link.closest(".row"));
    show(link.closest(".row"));
  }
  if (event.target.closest("[data-unselect]")) {
    document.querySelectorAll(".tick input:checked").forEach((tick) => { tick.checked = false; });
    selected();
  }
});
list?.addEventListener("focusin", (event) => {
  const row = event.target.closest(".row");
  if (row && row !== current()) go(row, { focus: false });
});

const bulk = document.getElementById("several");
function selected() {
  const many = document.querySelectorAll(".tick input:checked").length;
  bulk.hidden = many === 0;
  document.getElementById("selected").textContent = many < 2 ? `${many} contenu sélectionné` : `${many} contenus sélectionnés`;
}
document.addEventListener("change", (event) => { if (event.target.closest(".tick")) selected(); });

document.addEventListener("input", (event) => {
  const most = event.target.dataset?.count;
  if (most) document.getElementById(event.target.getAttribute("aria-describedby")).textContent = `${event.target.value.length}/${most}`;
});

async function inPane(id) {
  const row = current() || rows()[0];
  if (pane && !wide()) { location.href = row.querySelector("a.title").href; return; }
  const shown = document.getElementById("pane-body");
  if (pane && row && shown?.dataset.item !== row.dataset.item) { go(row); await show(row); }
  const field = document.getElementById(id);
  field?.focus();
}

function tagByNumber(number) {
  const theme = pane?.dataset.themes.trim().split(/\s+/)[number - 1];
  const row = current();
  if (!theme || !row) return;
  window.htmx.ajax("POST", `/contenus/${row.dataset.item}/etiquette`, {
    values: { act: "add", facet: "theme", target: theme }, target: "#pane", swap: "innerHTML", source: document.body,
  });
}

const keys = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  r: () => decide(current() || open()[0], "keep"), e: () => decide(current() || open()[0], "drop"),
  z: () => { if (undo) { post(undo); undo = ""; } else toast({ text: "Rien à annuler." }); },
  o: () => { const at = current()?.dataset.url; if (at) window.open(at, "_blank", "noopener,noreferrer"); },
  x: () => { const tick = current()?.querySelector(".tick input"); if (tick) { tick.checked = !tick.checked; selected(); } },
  t: () => inPane("add-theme"), l: () => inPane("add-territory"), n: () => inPane("note"), s: () => inPane("own-summary"),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.(".pane")) { event.target.blur(); go(current()); return; }
  if (typing(event)) return;
  const arrow = event.key.startsWith("Arrow");
  if (arrow && !event.target.closest?.(".row")) return;
  if (/^[1-9]$/.test(event.key)) { event.preventDefault(); tagByNumber(Number(event.key)); return; }
  const act = keys[event.key];
  if (act) { event.preventDefault(); act(); }
});

// Touch: a clear horizontal swipe keeps (right) or drops (left).
let start = null;
list?.addEventListener("touchstart", (event) => {
  const touch = event.touches[0];
  start = event.touches.length === 1 ? { x: touch.clientX, y: touch.clientY, row: event.target.closest(".row") } : null;
}, { passive: true });
list?.addEventListener("touchend", (event) => {
  const touch = event.changedTouches[0];
  if (!start?.row) return;
  const [dx, dy] = [touch.clientX - start.x, touch.clientY - start.y];
  if (Math.abs(dx) > 90 && Math.abs(dy) < 40) decide(start.row, dx > 0 ? "keep" : "drop");
}, { passive: true });
