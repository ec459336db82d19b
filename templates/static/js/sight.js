// The letter in its frame: the five views, refreshing in place, and the height of a page to read.
// The frame runs nothing (sandbox without scripts) but is of our origin: we may read and scroll it.

const frame = document.getElementById("sight");
const box = frame.parentElement;
let view = document.querySelector(".views [aria-current]")?.dataset.view || "640";
let stamp = "";

/** Loads the letter again and keeps the place. `replace`, so that Back leaves the page. */
export function reload(version = stamp) {
  stamp = version;
  const place = frame.contentWindow.scrollY || 0;
  frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, place), { once: true });
  frame.contentWindow.location.replace(`${frame.dataset.src}?apercu=${view}&v=${stamp}`);
}

/** Calls `open(href)` for a click on a link of the letter, which itself leads nowhere. */
export function clicked(open) {
  const listen = () => frame.contentDocument?.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    event.preventDefault();
    open(link.href);
  });
  frame.addEventListener("load", listen);
  listen();
}

/** Brings the entry whose link is `href` to the middle of the frame. */
export function lookAt(href) {
  const link = [...(frame.contentDocument?.links || [])].find((one) => one.href === href);
  link?.scrollIntoView({ block: "center" });
}

/** On a page to read, the frame is as tall as the letter: one scroll, not two. */
function fit() {
  if (!("fit" in box.dataset)) return;
  const tall = frame.contentDocument?.documentElement?.scrollHeight || 0;
  if (tall > 200) box.style.height = `${tall + 2}px`;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (!link) return;
  event.preventDefault();
  view = link.dataset.view;
  for (const one of document.querySelectorAll(".views a")) one.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  box.className = `frame v-${view}`;
  if ("fit" in box.dataset) box.style.height = "";
  history.replaceState(null, "", `?apercu=${view}`);
  reload();
});
frame.addEventListener("load", fit);
addEventListener("resize", fit);
fit();
if ("fit" in box.dataset) clicked((href) => { if (/^https?:/.test(href)) window.open(href, "_blank", "noopener,noreferrer"); });
