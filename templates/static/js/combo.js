// A type-ahead on a controlled list (ARIA combobox with listbox). Options come from the server.

const delays = new WeakMap();
const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const optionsOf = (input) => [...listOf(input).querySelectorAll("[role=option]")];

function show(input, open) {
  listOf(input).hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) input.removeAttribute("aria-activedescendant");
}

function select(input, step) {
  const options = optionsOf(input);
  if (!options.length) return;
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(now + step + options.length) % options.length];
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

async function load(input) {
  const answer = await fetch(`${input.dataset.options}?q=${encodeURIComponent(input.value)}`);
  if (!answer.ok) return;
  listOf(input).innerHTML = await answer.text();
  show(input, true);
  select(input, 1);
}

function choose(input, option) {
  const form = input.form;
  form.elements.target.value = option.dataset.value;
  show(input, false);
  form.requestSubmit();
}

document.addEventListener("input", (event) => {
  if (!event.target.matches(".combo")) return;
  clearTimeout(delays.get(event.target));
  delays.set(event.target, setTimeout(() => load(event.target), 120));
});
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLElement) || !input.matches(".combo")) return;
  const open = !listOf(input).hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!open) load(input); else select(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const chosen = open && optionsOf(input).find((option) => option.getAttribute("aria-selected") === "true");
    if (chosen) choose(input, chosen);
  } else if (event.key === "Escape") {
    if (open) show(input, false); else input.blur();
  }
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".options [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option.closest("form").querySelector(".combo"), option);
});
document.addEventListener("focusout", (event) => {
  if (event.target instanceof HTMLElement && event.target.matches(".combo")) show(event.target, false);
});
