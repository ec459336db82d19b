// The editor of an issue: autosave, gestures by keyboard and by hand, the live letter, conflicts.
// Every post goes through one queue and carries the version the last answer gave, so that a person
// never conflicts with themselves; what they type while a post is under way is kept and saved next.

import { clicked, lookAt, reload } from "./sight.js";
import { send, toast } from "./vigie.js";

const editor = document.getElementById("editor");
const told = document.getElementById("told");
const dialog = document.getElementById("adding");
let version = editor.dataset.version;
let queue = Promise.resolve();
const dirty = new Map(); // action → timer of its form's next save
const held = new Set(); // actions of forms whose text waits for the person's choice between two
const base = new Map(); // action → values last known to be stored
const RETRY = 5000;

const values = (form) => Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
const path = (form) => new URL(form.action).pathname;
const formAt = (action) => [...document.querySelectorAll("form[data-autosave]")].find((form) => path(form) === action);

// --- state words -------------------------------------------------------------------------------
function say(words, late = false) {
  const place = document.querySelector("[data-saved]");
  if (!place) return;
  place.textContent = words;
  place.classList.toggle("late", late);
}

function later(work) {
  queue = queue.then(work, work);
  return queue;
}

// --- saving ------------------------------------------------------------------------------------
function watch() {
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    if (!base.has(path(form))) base.set(path(form), values(form));
    for (const button of form.querySelectorAll("[data-plain]")) button.hidden = true;
  }
  for (const grip of document.querySelectorAll(".grip")) grip.hidden = false;
}

function touch(form, delay = 800) {
  const action = path(form);
  clearTimeout(dirty.get(action));
  dirty.set(action, held.has(action) ? 0 : setTimeout(() => save(action), delay));
  say("non enregistré", true);
}

function flush() {
  for (const [action, timer] of dirty) {
    clearTimeout(timer);
    save(action);
  }
  return queue;
}

function save(action) {
  return later(async () => {
    const form = formAt(action);
    if (!form || !dirty.has(action) || held.has(action)) return;
    const mine = values(form);
    say("enregistrement…");
    const answer = await post(action, mine);
    if (!answer) return retry(action);
    if (answer.status === 200) return stored(action, form, mine, answer.body);
    if (answer.status === 409) return conflict(action, form, mine, answer.body);
    dirty.delete(action);
    refused(form, answer.body);
  });
}

async function post(action, sent) {
  try {
    const answer = await send(action, { ...sent, version });
    if (answer.redirected || !(answer.headers.get("Content-Type") || "").includes("json")) {
      return { status: 0, body: { message: answer.redirected
        ? "Votre session a expiré : reconnectez-vous dans un autre onglet, puis modifiez de nouveau ce champ."
        : "L’enregistrement a échoué ; votre texte est gardé dans la page." } };
    }
    return { status: answer.status, body: await answer.json() };
  } catch {
    return null; // no network: the caller keeps the text and tries again
  }
}

function retry(action) {
  say("hors connexion : votre texte est gardé ici, nouvel essai dans un instant", true);
  clearTimeout(dirty.get(action));
  dirty.set(action, setTimeout(() => save(action), RETRY));
}

function stored(action, form, mine, body) {
  base.set(action, mine);
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  form.querySelector(".field-error")?.remove();
  // Typed since the post left: it stays dirty, its own timer saves it.
  if (same(values(form), mine)) { clearTimeout(dirty.get(action)); dirty.delete(action); }
  put(body);
  if (dirty.size) say("non enregistré", true);
}

const same = (one, two) => Object.keys(two).every((name) => name === "version" || one[name] === two[name]);

function refused(form, body) {
  say("non enregistré", true);
  form.querySelector(".field-error")?.remove();
  const field = form.elements[body.where] || form.querySelector("input:not([type=hidden])");
  const words = document.createElement("p");
  words.className = "error-text field-error";
  words.setAttribute("role", "alert");
  words.textContent = body.message;
  field.setAttribute("aria-invalid", "true");
  field.closest(".field").append(words);
}

// --- two editors -------------------------------------------------------------------------------
function conflict(action, form, mine, body) {
  const before = base.get(action) || {};
  const both = Object.keys(body.theirs).filter((name) => body.theirs[name] !== mine[name] && mine[name] !== before[name]);
  const clash = both.filter((name) => body.theirs[name] !== before[name]);
  put(body);
  if (!clash.length) {
    // They edited something else: what they wrote in this form is taken over, then ours goes.
    for (const name of Object.keys(body.theirs)) {
      if (mine[name] === before[name] && form.elements[name]) form.elements[name].value = body.theirs[name];
    }
    base.set(action, { ...before, ...body.theirs });
    toast({ text: `${body.who} modifie aussi ce numéro : la page est à jour, votre texte est enregistré avec le sien.` });
    save(action);
    return;
  }
  clearTimeout(dirty.get(action));
  dirty.set(action, 0);
  held.add(action);
  say("non enregistré", true);
  base.set(action, { ...before, ...body.theirs });
  ask(action, body, clash);
}

function quote(box, title, words) {
  const label = document.createElement("strong");
  label.textContent = title;
  const text = document.createElement("p");
  text.className = "theirs";
  text.textContent = words || "(vide)";
  box.append(label, text);
}

function ask(action, body, clash) {
  const box = document.createElement("div");
  box.className = "notice warn conflict";
  const words = document.createElement("p");
  words.textContent = body.message;
  box.append(words);
  for (const name of clash) {
    quote(box, `${body.labels[name]}, texte enregistré par ${body.who} :`, body.theirs[name]);
    quote(box, `${body.labels[name]}, votre texte :`, formAt(action).elements[name].value);
  }
  const mine = document.createElement("button");
  mine.type = "button";
  mine.className = "primary";
  mine.textContent = "Enregistrer mon texte";
  mine.addEventListener("click", () => { box.remove(); held.delete(action); touch(formAt(action), 0); });
  const theirs = document.createElement("button");
  theirs.type = "button";
  theirs.textContent = "Prendre le sien";
  theirs.addEventListener("click", () => {
    box.remove();
    held.delete(action);
    dirty.delete(action);
    for (const name of clash) formAt(action).elements[name].value = body.theirs[name];
    count(formAt(action));
    say("à jour");
  });
  const actions = document.createElement("div");
  actions.className = "actions";
  actions.append(mine, theirs);
  box.append(actions);
  told.replaceChildren(box);
  mine.focus();
}

// --- the page after an answer --------------------------------------------------------------------
function put(body) {
  if (body.version !== undefined) version = String(body.version);
  for (const field of document.querySelectorAll("input[name=version]")) field.value = version;
  for (const name of ["status", "steps"]) if (body[name]) swap(document.getElementById(name), body[name]);
  if (body.structure) restructure(body.structure);
  for (const place of document.querySelectorAll("[data-notes]")) {
    place.innerHTML = (body.notes || {})[place.dataset.notes] || "";
  }
  document.querySelector("[data-voids]")?.remove();
  reload(version);
}

function swap(old, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.firstElementChild;
  old.replaceWith(fresh);
  return fresh;
}

function restructure(html) {
  const old = document.getElementById("structure");
  const open = new Set([...old.querySelectorAll("details[open]")].map((one) => one.id));
  const shut = new Set([...old.querySelectorAll("details:not([open])")].map((one) => one.id));
  const focus = document.activeElement?.id;
  const typed = [...dirty.keys()].map((action) => [action, formAt(action) && values(formAt(action))]);
  const fresh = swap(old, html);
  for (const one of fresh.querySelectorAll("details")) {
    if (one.classList.contains("menu")) continue;
    if (open.has(one.id)) one.open = true;
    if (shut.has(one.id)) one.open = false;
  }
  for (const form of fresh.querySelectorAll("form[data-autosave]")) if (!dirty.has(path(form))) base.set(path(form), values(form));
  for (const [action, kept] of typed) {
    const form = formAt(action);
    for (const [name, value] of Object.entries(kept || {})) {
      if (form?.elements[name] && name !== "version") form.elements[name].value = value;
    }
  }
  watch();
  sortable();
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

// --- gestures ------------------------------------------------------------------------------------
function gesture(action, sent, focus) {
  flush();
  return later(async () => {
    const answer = await post(action, sent);
    if (!answer) { toast({ text: "Hors connexion : rien n’a changé, réessayez dans un instant.", kind: "block" }); return refresh(); }
    const { status, body } = answer;
    if (status === 200) {
      if (dialog?.open) dialog.close();
      put(body);
      if (body.said) toast({ text: body.said, undo: body.undo });
      return landed(focus || body.at);
    }
    if (status === 409) {
      put(body);
      toast({ text: `${body.message} La page est à jour : refaites votre geste.`, kind: "block" });
    } else {
      toast({ text: body.message, kind: "block" });
      if (status === 422) return refresh();
    }
  });
}

async function refresh() {
  try {
    const answer = await fetch(editor.dataset.structure, { headers: { "HX-Request": "true" } });
    if (answer.ok) put(await answer.json());
  } catch { /* the next gesture says that there is no network */ }
}

function landed(id) {
  const at = document.getElementById(id);
  if (!at) return;
  const rubric = at.closest(".rubric");
  if (rubric) rubric.open = true;
  (at.querySelector?.(".grip") || at).focus({ preventScroll: true });
  at.scrollIntoView({ block: "nearest" });
  const row = at.closest(".entry");
  row?.classList.add("went");
  setTimeout(() => row?.classList.remove("went"), 1200);
}

function at(entry, name, more = {}) {
  const form = entry.querySelector(".menu form");
  return gesture(path(form), { gesture: name, ...more }, `grip-${entry.dataset.entry}`);
}

function sortable() {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const list of document.querySelectorAll(".entries")) {
    if (!list.dataset.section) continue;
    window.Sortable.create(list, {
      group: "entries", handle: ".grip", draggable: ".entry", animation: still ? 0 : 150,
      onStart: () => { for (const rubric of document.querySelectorAll(".rubric:has(.entries[data-section])")) rubric.open = true; },
      onEnd: ({ item, to, newDraggableIndex, from, oldDraggableIndex }) => {
        if (from === to && newDraggableIndex === oldDraggableIndex) return;
        at(item, "place", { section: to.dataset.section, position: newDraggableIndex });
      },
    });
  }
}

document.addEventListener("keydown", (event) => {
  const entry = event.target.closest?.(".entry");
  if (event.key === "Escape") {
    const menu = event.target.closest?.(".menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  if (!entry || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    at(entry, event.key === "ArrowUp" ? "up" : "down");
  }
  if (event.key === "Delete" && event.target.classList.contains("grip")) {
    event.preventDefault();
    at(entry, "remove");
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-autosave]")) {
    event.preventDefault();
    touch(form, 0);
  } else if (form.matches("form[data-gesture]")) {
    event.preventDefault();
    const pressed = event.submitter;
    const sent = values(form);
    if (pressed?.name) sent[pressed.name] = pressed.value;
    const entry = form.closest(".entry");
    gesture(path(form), sent, entry && sent.gesture !== "remove" ? `grip-${entry.dataset.entry}` : "");
  } else if (form.matches("#found form[role=search]")) {
    event.preventDefault();
    find(form);
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const add = event.target.closest("a[data-add]");
  if (add && dialog) {
    event.preventDefault();
    load(add.href).then(() => { dialog.showModal(); document.getElementById("find")?.focus(); });
  }
});

// --- adding --------------------------------------------------------------------------------------
async function load(href) {
  const answer = await fetch(href, { headers: { "HX-Request": "true" } });
  document.getElementById("found").innerHTML = answer.ok ? await answer.text() : "<h2 id=adding-title>La recherche ne répond pas</h2>";
}

let asked = 0;
async function find(form) {
  const mine = ++asked;
  const answer = await fetch(`${path(form)}?${new URLSearchParams(values(form))}`, { headers: { "HX-Request": "true" } });
  const html = await answer.text();
  if (mine !== asked || !answer.ok) return; // an older answer, or none: what stands stays
  const holder = document.createElement("template");
  holder.innerHTML = html;
  document.getElementById("answers").replaceWith(holder.content.getElementById("answers"));
}

// --- fields --------------------------------------------------------------------------------------
function count(form) {
  for (const field of form.querySelectorAll("[data-most]")) {
    const counter = form.querySelector(`[data-counter="${field.id}"]`);
    const signs = field.value.length;
    counter.textContent = `${signs}/${field.dataset.most}`;
    counter.classList.toggle("over", signs > Number(field.dataset.most) || signs < Number(field.dataset.least || 0));
  }
}

let typing = 0;
document.addEventListener("input", (event) => {
  if (event.target.id === "find") {
    clearTimeout(typing);
    typing = setTimeout(() => find(event.target.form), 250);
    return;
  }
  const form = event.target.closest("form[data-autosave]");
  if (!form) return;
  count(form);
  if (event.target.name === "title" && form.closest(".entry")) {
    form.closest(".entry").querySelector(".row-title").textContent = event.target.value;
  }
  touch(form);
});
document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.("form[data-autosave]");
  if (form && dirty.has(path(form))) touch(form, 0);
});
document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
addEventListener("online", flush);
addEventListener("beforeunload", (event) => {
  if (!dirty.size) return;
  flush();
  event.preventDefault();
});

// --- the letter ----------------------------------------------------------------------------------
/** A click on an entry of the letter opens it for editing; other links of the letter lead nowhere. */
clicked((href) => {
  const entry = [...document.querySelectorAll(".entry")].find((one) => one.dataset.url && one.dataset.url === href);
  if (!entry) return;
  entry.closest(".rubric").open = true;
  const edit = entry.querySelector(".edit");
  edit.open = true;
  entry.scrollIntoView({ block: "center" });
  edit.querySelector("input[name=title]")?.focus();
});

document.addEventListener("toggle", (event) => {
  const entry = event.target.matches?.(".edit") && event.target.open && event.target.closest(".entry");
  if (entry && entry.dataset.url) lookAt(entry.dataset.url);
}, true);

document.body.addEventListener("issue-changed", refresh);
watch();
sortable();
