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
  const items = [...menu.querySelectorAll(".menu-items a, .menu-items button, .menu-items input")];
  if (!items.length) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
});
