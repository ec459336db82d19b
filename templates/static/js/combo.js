// A type-ahead on a controlled list (ARIA combobox with listbox). Options come from the server.

const delays = new WeakMap(); // input → timer of the load to come
const shown = new WeakMap(); // input → the words its options answer
const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const optionsOf = (input) => [...listOf(input).querySelectorAll("[role=option]:not([aria-disabled])")];
const chosenOf = (input) => optionsOf(input).find((option) => option.getAttribute("aria-selected") === "true");

function show(input, open) {
  listOf(input).hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) input.removeAttribute("aria-activedescendant");
}

function select(input, step) {
  const options = optionsOf(input);
  if (!options.length) return;
  const now = options.indexOf(chosenOf(input));
  const next = options[(now + step + options.length) % options.length];
  options.forEach((option) => option.setAttribute("aria-selected", String(option === next)));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

/** Shows the options of what is typed. Answers that come late, after other words, are left. */
async function load(input) {
  clearTimeout(delays.get(input));
  const words = input.value;
  const answer = await fetch(`${input.dataset.options}?q=${encodeURIComponent(words)}`).catch(() => null);
  if (!answer?.ok || input.value !== words || !input.isConnected) return;
  listOf(input).innerHTML = await answer.text();
  shown.set(input, words);
  show(input, true);
  select(input, 1);
}

/** Posts what is chosen, or else the words: the server knows the names of the list too. */
function choose(input, option) {
  input.form.elements.target.value = option ? option.dataset.value : "";
  show(input, false);
  input.form.requestSubmit();
}

async function enter(input) {
  if (!input.value.trim() && listOf(input).hidden) return;
  if (shown.get(input) !== input.value || listOf(input).hidden) await load(input); // faster than the list
  choose(input, chosenOf(input));
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
    enter(input);
  } else if (event.key === "Escape" && open) {
    event.stopPropagation(); // the first closes the list, the second leaves the field
    show(input, false);
  }
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".options [role=option]:not([aria-disabled])");
  if (!option) return;
  event.preventDefault();
  choose(option.closest("form").querySelector(".combo"), option);
});
document.addEventListener("focusout", (event) => {
  if (event.target instanceof HTMLElement && event.target.matches(".combo")) show(event.target, false);
});
