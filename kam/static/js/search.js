// The search dialog: "/" or Ctrl/⌘-K. Without it the field at the top leads to the page /search.
const dialog = document.getElementById("search");
if (dialog) {
  const input = dialog.querySelector("input");
  const results = dialog.querySelector(".palette-results");
  let asked = 0, timer;

  const open = () => { if (!dialog.open) { dialog.showModal(); input.select(); ask(); } };
  const choose = (result) => {
    results.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
    result?.setAttribute("aria-selected", "true");
    result?.scrollIntoView({ block: "nearest" });
    if (result) input.setAttribute("aria-activedescendant", result.id); else input.removeAttribute("aria-activedescendant");
  };
  const note = (text) => { input.removeAttribute("aria-activedescendant"); input.setAttribute("aria-expanded", false); results.replaceChildren(Object.assign(document.createElement("p"), { className: "palette-note", textContent: text })); };
  const icon = (name) => {
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${document.querySelector(".palette use").getAttribute("href").split("#")[0]}#${name}`);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon"); svg.setAttribute("aria-hidden", "true"); svg.append(use);
    return svg;
  };
  const draw = (groups) => {
    results.replaceChildren();
    let count = 0;
    for (const group of groups) {
      const head = Object.assign(document.createElement("div"), { className: "result-group", textContent: group.title });
      head.setAttribute("role", "presentation");
      results.append(head);
      for (const found of group.results) {
        const link = Object.assign(document.createElement("a"), { className: "result", href: found.path, id: `result-${count++}`, tabIndex: -1 });
        link.setAttribute("role", "option");
        link.append(icon(found.icon), Object.assign(document.createElement("span"), { textContent: found.title }));
        if (found.detail) link.append(Object.assign(document.createElement("small"), { textContent: found.detail }));
        results.append(link);
      }
    }
    input.setAttribute("aria-expanded", count > 0);
    if (count) choose(results.querySelector(".result")); else note(dialog.dataset.empty);
  };
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(`/search?q=${encodeURIComponent(input.value)}`, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const found = await answer.json();
      if (mine === asked) draw(found.groups);
    } catch { if (mine === asked) note(dialog.dataset.failed); }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("keydown", (event) => {
    const all = [...results.querySelectorAll(".result")];
    const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(all[(now + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Enter" && all[now]) { event.preventDefault(); location.href = all[now].href; }
    else if (event.key === "Escape") { event.preventDefault(); dialog.close(); } // else it would only empty the field
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("keydown", (event) => {
    const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if (command || (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]"))) { event.preventDefault(); open(); }
  });
  for (const field of document.querySelectorAll('[data-opens="search"]')) field.addEventListener("mousedown", (event) => { event.preventDefault(); open(); });
}
