// The board: a card dropped on another stage takes the step that leads there. The rules decide on the server; what they
// refuse goes back to its place, and the reasons are shown. The forms in each card's menu do the same without a mouse.
const board = document.querySelector("[data-board]");
if (board) {
  const dialog = document.querySelector("[data-board-dialog]");
  const status = document.querySelector("[data-board-status]");
  const words = status.dataset;
  let dragged = null;

  const stageOf = (card) => card.closest("[data-stage]");
  const formsOf = (card) => [...card.querySelectorAll("form[data-move]")];
  const tell = (text) => { status.textContent = text; };
  const fill = (text, values) => Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text);
  const titleOf = (stage) => stage.querySelector("h2").firstChild.textContent.trim();

  function show(title, ...inside) {
    dialog.querySelector("[data-title]").textContent = title;
    dialog.querySelector("[data-body]").replaceChildren(...inside);
    if (!dialog.open) dialog.showModal();
  }

  function element(name, text, css) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (css) made.className = css;
    return made;
  }

  function count() {
    for (const stage of board.querySelectorAll("[data-stage]")) {
      const shown = stage.querySelectorAll("[data-card]").length;
      const badge = stage.querySelector("[data-count]");
      badge.textContent = Math.max(shown, Number(badge.dataset.beyond || 0) + shown);
    }
  }
  for (const stage of board.querySelectorAll("[data-stage]")) {
    const badge = stage.querySelector("[data-count]");
    badge.dataset.beyond = Number(badge.textContent) - stage.querySelectorAll("[data-card]").length;
  }

  // What was typed into a form that was refused stays in it, to be sent again.
  function refuse(card, answer, form) {
    const list = element("ul", "", "blockers");
    for (const reason of answer.reasons || []) list.append(element("li", reason));
    const title = fill(words.refused, { name: card.dataset.name });
    const again = form && "asks" in form.dataset ? [asking(card, form)] : [];
    show(title, element("p", answer.message, "quiet"), list, ...again);
    tell(`${title}. ${(answer.reasons || []).join(" ")}`);
  }

  async function send(card, form) {
    const home = card.parentElement, next = card.nextSibling;
    const target = board.querySelector(`[data-stage="${form.dataset.to}"]`);
    target.querySelector("[data-cards]").prepend(card);
    card.classList.add("is-moving");
    count();
    const back = () => { home.insertBefore(card, next); count(); };
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (!response.ok) {
        back();
        refuse(card, answer, form);
        return false;
      }
      tell(fill(words.moved, { name: card.dataset.name, stage: titleOf(target) }));
      await renew();
      board.querySelector(`[data-card="${card.dataset.card}"] .board-name`)?.focus();
      return true;
    } catch {
      back();
      show(words.failed);
      return false;
    } finally {
      card.classList.remove("is-moving");
    }
  }

  // The cards of the new stage have other steps and revisions: take them from the page as it is now.
  async function renew() {
    const text = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-board]");
    if (fresh) board.replaceChildren(...fresh.childNodes);
    for (const stage of board.querySelectorAll("[data-stage]")) {
      const badge = stage.querySelector("[data-count]");
      badge.dataset.beyond = Number(badge.textContent) - stage.querySelectorAll("[data-card]").length;
    }
  }

  function asking(card, form) {
    const copy = form.cloneNode(true);
    for (const [name, value] of new FormData(form)) copy.elements[name].value = value;
    copy.addEventListener("submit", async (event) => {
      event.preventDefault();
      dialog.close();
      await send(card, copy);
    });
    return copy;
  }

  function ask(card, form) {
    const copy = asking(card, form);
    show(`${card.dataset.name}: ${form.querySelector("button").textContent.trim()}`, copy);
    copy.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  }

  board.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-move]");
    if (!form) return;
    event.preventDefault();
    form.closest(".board-move")?.removeAttribute("open");
    send(form.closest("[data-card]"), form);
  });

  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.name);
    dragged.classList.add("is-dragged");
    const reachable = new Set(formsOf(dragged).map((form) => form.dataset.to));
    for (const stage of board.querySelectorAll("[data-stage]")) {
      if (stage === stageOf(dragged)) continue;
      stage.classList.add(reachable.has(stage.dataset.stage) ? "is-possible" : "is-closed");
    }
  });

  board.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    for (const stage of board.querySelectorAll("[data-stage]")) stage.classList.remove("is-possible", "is-closed", "is-over");
    dragged = null;
  });

  board.addEventListener("dragover", (event) => {
    const stage = event.target.closest("[data-stage]");
    if (!dragged || !stage) return;
    event.preventDefault();
    for (const other of board.querySelectorAll(".is-over")) if (other !== stage) other.classList.remove("is-over");
    stage.classList.add("is-over");
  });

  board.addEventListener("drop", (event) => {
    const stage = event.target.closest("[data-stage]");
    if (!dragged || !stage) return;
    event.preventDefault();
    const card = dragged;
    if (stage === stageOf(card)) return;
    const form = formsOf(card).find((one) => one.dataset.to === stage.dataset.stage);
    if (!form) {
      refuse(card, { message: words.noWay, reasons: [] });
    } else if ("asks" in form.dataset) {
      ask(card, form);
    } else {
      send(card, form);
    }
  });
}
