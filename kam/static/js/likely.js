// While the name of a new customer is typed: those it may already be.
const box = document.querySelector("[data-likely]");
const name = box?.closest("form").querySelector('[name="name"]');
let waiting;
name?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 250);
});
async function show() {
  const typed = name.value.trim();
  if (typed.length < 2) { box.replaceChildren(); return; }
  const answer = await fetch(`/customers/similar?name=${encodeURIComponent(typed)}`).catch(() => null);
  if (!answer?.ok || typed !== name.value.trim()) return;
  const { customers } = await answer.json();
  if (!customers.length) { box.replaceChildren(); return; }
  const title = Object.assign(document.createElement("strong"), { textContent: box.dataset.title });
  const list = document.createElement("ul");
  for (const one of customers) {
    const link = Object.assign(document.createElement("a"), { href: `/customers/${one.id}`, textContent: `${one.name} ${one.name_zh}`.trim() });
    const item = document.createElement("li");
    item.append(link, ` ${one.code} ${one.city}`);
    list.append(item);
  }
  const inner = document.createElement("div");
  inner.append(title, list);
  const notice = Object.assign(document.createElement("div"), { className: "notice" });
  notice.dataset.tone = "watch";
  notice.append(inner);
  box.replaceChildren(notice);
}
