// The New menu begins with the customer on screen: what is made from there belongs to it.
const here = document.querySelector("[data-customer]")?.dataset.customer;
if (here) for (const link of document.querySelectorAll('details.menu[data-key="n"] a')) {
  const path = link.getAttribute("href");
  if (path === "/customers/new") continue;
  link.href = `${path}?customer=${here}`;
}
// A key that a button or link on the page has named, such as `l` for logging a contact.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog, details[open]")) return;
  const named = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!named) return;
  event.preventDefault();
  named.click();
});
// `n` opens the New menu. Keys typed into fields are left alone.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const menu = document.querySelector(`details.menu[data-key="${CSS.escape(event.key)}"]`);
  if (!menu) return;
  event.preventDefault();
  menu.open = true;
  menu.querySelector("a")?.focus();
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu[open]");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  if (event.target.matches("select, textarea, input:not([type=checkbox])")) return; // arrows have a meaning of their own there
  const items = [...menu.querySelectorAll(".menu-items :is(a, button, select, textarea, input:not([type=hidden]))")];
  if (!items.length) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
});
