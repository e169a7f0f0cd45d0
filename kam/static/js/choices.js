// A record is chosen by typing: a combobox whose proposals come from the address in data-choices.
const WAIT = 140;
const BESIDE = ["currency", "customer"]; // fields on which the proposals of others depend
let boxes = 0;
for (const field of document.querySelectorAll("input[data-choices]")) combobox(field);

function combobox(field) {
  const list = made("ul", { id: `choices-${++boxes}`, className: "choices", popover: "manual" });
  const status = made("div", { className: "sr" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.firstChild.textContent.trim() || field.getAttribute("aria-label") || "");
  status.setAttribute("role", "status");
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  field.after(list, status);

  let proposals = [], at = -1, asked = 0, timer, chosen = field.value;
  const isOpen = () => list.matches(":popover-open");
  const open = () => {
    if (!isOpen()) list.showPopover();
    field.setAttribute("aria-expanded", "true");
    place();
  };
  const close = () => {
    clearTimeout(timer);
    asked++;
    if (isOpen()) list.hidePopover();
    field.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const place = () => {
    const box = field.getBoundingClientRect();
    const below = innerHeight - box.bottom, above = below < 220 && box.top > below;
    list.style.minWidth = `${box.width}px`;
    list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 8 - list.offsetWidth))}px`;
    list.style.top = above ? "auto" : `${box.bottom + 4}px`;
    list.style.bottom = above ? `${innerHeight - box.top + 4}px` : "auto";
    list.style.maxHeight = `${Math.max(120, Math.min(340, (above ? box.top : below) - 12))}px`;
  };
  const mark = (place) => {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = place;
    const option = list.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id); else field.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    const proposal = proposals[place];
    field.value = chosen = proposal.value;
    fill(field, proposal.fills);
    close();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const say = (text) => {
    list.replaceChildren(note(text));
    status.textContent = text;
  };
  const draw = ({ choices, more, note: empty }) => {
    proposals = choices;
    at = -1;
    list.replaceChildren(...choices.map((one, place) => option(one, `${list.id}-${place}`)));
    if (!choices.length) say(empty || field.dataset.none);
    else status.textContent = field.dataset.found.replace("{n}", choices.length + (more ? "+" : ""));
    if (more) list.append(note(field.dataset.more));
    open();
    list.scrollTop = 0;
  };
  const ask = async (text) => {
    const mine = ++asked;
    const said = new URLSearchParams({ q: text });
    for (const name of BESIDE) if (field.form?.elements[name]) said.set(name, field.form.elements[name].value);
    const address = `${field.dataset.choices}?${said}`;
    try {
      const answer = await fetch(address, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      const found = await answer.json();
      if (mine === asked) draw(found);
    } catch { if (mine === asked) { proposals = []; say(field.dataset.failed); open(); } }
  };
  // What was chosen before is no search: opening the list again shows the others as well.
  const typed = () => (field.value === chosen ? "" : field.value.trim());

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => ask(field.value.trim()), WAIT); });
  field.addEventListener("click", () => { if (isOpen()) close(); else ask(typed()); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const down = event.key === "ArrowDown", up = event.key === "ArrowUp";
    if (down || up) {
      event.preventDefault();
      if (!isOpen()) ask(typed());
      else if (proposals.length) mark((at + (down ? 1 : at < 0 ? 0 : -1) + proposals.length) % proposals.length);
    } else if (event.key === "Enter" && isOpen() && proposals.length) {
      event.preventDefault();
      if (at >= 0 || proposals.length === 1) choose(Math.max(at, 0));
      else mark(0);
    } else if (event.key === "Tab" && isOpen() && at >= 0) choose(at);
    else if (event.key === "Escape" && isOpen()) { event.preventDefault(); event.stopPropagation(); close(); }
  });
  // Who typed so much that only one is left has chosen it.
  field.addEventListener("blur", () => {
    if (isOpen() && at < 0 && proposals.length === 1 && field.value.trim() && field.value !== chosen) choose(0);
    else close();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) choose([...list.children].indexOf(option));
  });
  for (const moves of ["scroll", "resize"]) addEventListener(moves, (event) => { if (isOpen() && event.target !== list) place(); }, { capture: true, passive: true });
}

function option(one, id) {
  const item = made("li", { id, className: "choices-option" });
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.append(made("span", { textContent: one.name }), made("small", { textContent: [one.key === one.name ? "" : one.key, one.detail].filter(Boolean).join(" · ") }));
  return item;
}

function note(text) {
  const item = made("li", { className: "choices-note", textContent: text });
  item.setAttribute("role", "presentation");
  return item;
}

// Only what is empty, or still as an earlier choice has filled it.
function fill(field, fills) {
  const row = field.closest("tr, form");
  for (const [name, value] of Object.entries(fills ?? {})) {
    const target = row?.querySelector(`[data-fill="${name}"]`) ?? untouched(field.form?.elements[name]);
    if (target && (target.localName === "select" || target.value === "" || target.value === target.dataset.filled)) target.value = target.dataset.filled = value;
  }
}

// A list is never empty: it is filled until somebody chooses in it.
function untouched(select) {
  return select?.localName === "select" && !select.dataset.touched ? select : null;
}
document.addEventListener("change", ({ target, isTrusted }) => {
  if (!isTrusted || target.localName !== "select") return;
  target.dataset.touched = "1";
  // Prices that were filled in are those of another currency now; without one the list price holds.
  if (target.name === "currency") for (const price of target.form.querySelectorAll('[data-fill="unit_price"]')) if (price.value === price.dataset.filled) price.value = "";
});

function made(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
