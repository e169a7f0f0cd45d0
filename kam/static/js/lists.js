// Rows by keyboard (j, k, Enter, x), ticked rows show the bulk bar.
for (const list of document.querySelectorAll(".list")) {
  const rows = [...list.querySelectorAll("tbody tr")];
  let at = -1;
  const mark = (index) => {
    rows[at]?.removeAttribute("data-cursor");
    at = Math.max(0, Math.min(rows.length - 1, index));
    rows[at]?.setAttribute("data-cursor", "");
    rows[at]?.scrollIntoView({ block: "nearest" });
    rows[at]?.querySelector("a")?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog, [contenteditable], details[open]") || !rows.length) return;
    if (event.key === "j") mark(at + 1);
    else if (event.key === "k") mark(at - 1);
    else if (event.key === "x" && at >= 0) rows[at].querySelector('input[name="ids"]')?.click();
  });
  const bar = list.querySelector(".bulk-bar");
  if (!bar) continue;
  const boxes = [...list.querySelectorAll('input[name="ids"]')];
  const all = list.querySelector("input[data-all]");
  const count = bar.querySelector(".bulk-count");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    bar.classList.toggle("on", ticked > 0);
    count.textContent = count.dataset.text.replace("{n}", ticked);
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; show(); });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
