// Triage from the keyboard, by mouse and by touch. The server decides; the row leaves at once.

import { post, toast, typing } from "./vigie.js";
import "./combo.js";
import "./words.js";

const list = document.getElementById("list");
const pane = document.getElementById("pane");
const rows = () => [...document.querySelectorAll(".row")].filter((row) => row.offsetParent);
const open = () => rows().filter((row) => !row.matches(".decided, .leaving"));
let at = ""; // the item the keys speak of; its row may be replaced by the server
const current = () => (at ? document.getElementById(`item-${at}`) : null);
const wide = () => pane && getComputedStyle(pane).display !== "none";
const opened = () => document.getElementById("pane-body")?.dataset.item;
const undos = []; // addresses that undo what was done on this page, the last one last

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
  const place = all.indexOf(current());
  go(all[place < 0 ? 0 : Math.max(0, Math.min(all.length - 1, place + by))]);
}

let asked = 0;
/** Opens the item of `row` in the pane, and says so in the address; the last one asked wins. */
async function show(row) {
  const id = row.dataset.item;
  const turn = ++asked;
  const answer = await fetch(`/contenus/${id}/volet`).catch(() => null);
  if (turn !== asked) return;
  if (!answer?.ok) { toast({ text: "Ce contenu ne s’ouvre pas : réessayez.", kind: "block" }); return; }
  pane.innerHTML = await answer.text();
  window.htmx.process(pane);
  pane.scrollTop = 0;
  const address = new URL(location);
  address.searchParams.set("item", id);
  history.replaceState(null, "", address);
}

/** Keeps or drops: one path for keys, buttons and swipes, see htmx:beforeRequest. */
function decide(row, act) {
  const form = row ? row.querySelector(`form[data-act=${act}]`) : document.querySelector(`.alone form[data-act=${act}]`);
  if (!form) return;
  window.htmx.process(form); // a row just swapped in is not htmx's yet: the form would leave the page
  form.requestSubmit();
}

// The row dims and the next one is current before the server answers.
document.addEventListener("htmx:beforeRequest", (event) => {
  const row = event.target.closest?.(".row");
  if (!row || !event.target.matches("form[data-act]") || event.target.dataset.act === "reopen") return;
  const left = open();
  const place = left.indexOf(row);
  const next = left[place + 1] || left[place - 1];
  row.classList.add("leaving");
  if (next) {
    go(next);
    if (wide() && opened()) show(next);
  }
});
// A refused gesture brings the row back, as it is now when somebody else was quicker.
function comeBack(event) {
  const row = event.target.closest?.(".row");
  row?.classList.remove("leaving");
  const id = row?.dataset.item || event.target.closest?.("#pane-body")?.dataset.item;
  if (id && event.detail.xhr?.status === 409) {
    window.htmx.ajax("GET", `/contenus/${id}/ligne`, { swap: "none", source: document.body });
  }
}
document.addEventListener("htmx:responseError", comeBack);
document.addEventListener("htmx:sendError", comeBack);
document.addEventListener("toast", (event) => { if (event.detail.undo) undos.push(event.detail.undo); });
// A tag was chosen in the pane: back to the row at once, so that the next key acts on it.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.(".adder") && current()) go(current());
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const place = undos.indexOf(event.detail.requestConfig.path); // by z, by the toast, by the history
  if (place >= 0) undos.splice(place, 1);
});
document.addEventListener("htmx:afterSettle", () => current()?.classList.add("current"));
document.addEventListener("htmx:oobAfterSwap", () => current()?.classList.add("current"));
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) return;
  if (event.target.id === "several") { selected(); go(open()[0]); }
  // The button that was pressed in the pane is gone: the heading of its list has the focus then.
  if (event.target.dataset?.facet && document.activeElement === document.body) {
    document.getElementById(`facet-${event.target.dataset.facet}`)?.focus();
  }
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest(".row a.title");
  if (link && wide() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    go(link.closest(".row"));
    await show(link.closest(".row"));
    if (event.detail === 0) document.getElementById("pane-title")?.focus(); // opened by a key
  }
  if (event.target.closest("[data-unselect]")) {
    document.querySelectorAll(".tick input:checked").forEach((tick) => { tick.checked = false; });
    selected();
    go(current() || rows()[0]);
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

let early = null; // what is typed for a field of the pane that is still on its way

/** Puts the cursor in a field of the pane, which is opened first when it must. */
async function inPane(id) {
  const row = current() || rows()[0];
  if (pane && !wide()) { if (row) location.href = row.querySelector("a.title").href; return; }
  if (pane && row && opened() !== row.dataset.item) {
    early = [];
    go(row);
    await show(row);
  }
  const typed = early || [];
  early = null;
  const field = document.getElementById(id);
  if (!field) return;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  const enter = typed.indexOf("Enter");
  const words = (enter < 0 ? typed : typed.slice(0, enter)).join("");
  if (words) {
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (enter >= 0) field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}

function tagByNumber(number) {
  const theme = (pane || document.querySelector(".alone"))?.dataset.themes.trim().split(/\s+/)[number - 1];
  const item = current()?.dataset.item || opened();
  if (theme && item) post(`/contenus/${item}/etiquette`, { act: "add", facet: "theme", target: theme });
}

function openSource() {
  const address = (current() || document.getElementById("pane-body"))?.dataset.url;
  if (address) window.open(address, "_blank", "noopener,noreferrer");
}

const here = () => (list ? current() || open()[0] : null);
const keys = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
  r: () => decide(here(), "keep"), e: () => decide(here(), "drop"),
  z: () => { if (undos.length) post(undos.at(-1)); else toast({ text: "Rien à annuler." }); },
  o: openSource,
  x: () => { const tick = current()?.querySelector(".tick input"); if (tick) { tick.checked = !tick.checked; selected(); } },
  t: () => inPane("add-theme"), l: () => inPane("add-territory"), n: () => inPane("note"), s: () => inPane("own-summary"),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.(".pane")) { event.target.blur(); go(current() || rows()[0]); return; }
  if (early && !event.ctrlKey && !event.metaKey && !event.altKey) { // never a command
    if (event.key.length === 1 || event.key === "Enter") early.push(event.key);
    if (event.key === "Backspace") early.pop();
    event.preventDefault();
    return;
  }
  if (typing(event) && !event.target.matches?.(".tick input")) return;
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
