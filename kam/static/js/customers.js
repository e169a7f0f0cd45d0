// Proposes customers while their code or name is typed into a field with a <datalist data-customers>.
for (const list of document.querySelectorAll("datalist[data-customers]")) {
  const field = document.querySelector(`input[list="${CSS.escape(list.id)}"]`);
  let waiting;
  field?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => propose(field, list), 200);
  });
}
async function propose(field, list) {
  const typed = field.value.trim();
  if (typed.length < 2 || typed.includes(" · ")) return;
  const answer = await fetch(`/customers/similar?name=${encodeURIComponent(typed)}`).catch(() => null);
  if (!answer?.ok || typed !== field.value.trim()) return;
  const { customers } = await answer.json();
  list.replaceChildren(...customers.map((one) => new Option(`${one.name} ${one.name_zh}`.trim(), `${one.code} · ${one.name}`)));
}
