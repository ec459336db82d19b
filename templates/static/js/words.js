// The fields of an item: signs counted while typing; a refused save keeps the text and says so.

document.addEventListener("input", (event) => {
  const most = event.target.dataset?.count;
  if (most) document.getElementById(event.target.getAttribute("aria-describedby")).textContent = `${event.target.value.length}/${most}`;
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches?.("form.words")) return;
  const status = event.detail.xhr?.status;
  const notice = event.target.querySelector(".conflict");
  if (notice) notice.hidden = status !== 409;
});
