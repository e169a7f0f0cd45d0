// Saves a section of a plan as one types. When somebody else was faster, both texts are shown and the writer chooses.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const field = form.elements.text;
  const revision = form.elements.revision;
  const status = form.querySelector("[data-status]");
  let saved = field.value;
  let waiting = null;
  let saving = false;
  let conflict = null;

  const say = (text, bad = false) => {
    status.textContent = text;
    status.dataset.tone = bad ? "bad" : "";
  };

  const showConflict = (answer) => {
    conflict = document.createElement("div");
    conflict.className = "notice plan-conflict";
    conflict.dataset.tone = "error";
    conflict.setAttribute("role", "alert");
    const inside = document.createElement("div");
    const message = document.createElement("strong");
    message.textContent = answer.message;
    const who = document.createElement("p");
    who.textContent = `${answer.by || ""}, ${answer.at}`;
    const theirs = document.createElement("pre");
    theirs.className = "plan-theirs";
    theirs.textContent = answer.theirs;
    const choices = document.createElement("div");
    choices.className = "row";
    const keep = choice(form.dataset.keep, () => save(true));
    const take = choice(form.dataset.take, () => { field.value = answer.theirs; saved = answer.theirs; say(form.dataset.saved); });
    choices.append(keep, take);
    inside.append(message, who, theirs, choices);
    conflict.append(inside);
    form.before(conflict);

    function choice(text, then) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.dataset.look = "outline";
      button.textContent = text;
      button.addEventListener("click", () => {
        revision.value = answer.revision;
        conflict.remove();
        conflict = null;
        then();
        field.focus();
      });
      return button;
    }
  };

  // The plan is no draft any more: the text stays in the field, and the sentence above it says what can be done.
  const showTooLate = (message) => {
    say("");
    if (form.parentElement.querySelector(".plan-unsaved")) return;
    const notice = document.createElement("div");
    notice.className = "notice plan-unsaved";
    notice.dataset.tone = "error";
    notice.setAttribute("role", "alert");
    notice.textContent = message;
    form.before(notice);
  };

  const save = async (again = false) => {
    waiting = null;
    if (conflict || saving || (field.value.trim() === saved.trim() && !again)) return;
    saving = true;
    const text = field.value;
    say(form.dataset.saving);
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { Accept: "application/json", "X-CSRF-Token": document.querySelector("meta[name=csrf]").content },
      });
      const said = await answer.json();
      if (answer.ok) {
        revision.value = said.revision;
        saved = text;
        say(`${form.dataset.saved} · ${said.saved}`);
        if (said.sections) document.querySelector(".plan-sections").innerHTML = said.sections;
      } else if (answer.status === 409 && said.theirs !== undefined) {
        say("");
        showConflict(said);
      } else if (answer.status === 409) {
        showTooLate(said.message);
      } else {
        say(said.message || form.dataset.failed, true);
      }
    } catch {
      say(form.dataset.failed, true);
    }
    saving = false;
    if (field.value !== text) plan();
  };

  const plan = () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 700);
  };

  field.addEventListener("input", plan);
  field.addEventListener("blur", () => { if (waiting) { clearTimeout(waiting); save(); } });
  form.addEventListener("submit", () => { saved = field.value; clearTimeout(waiting); });
  addEventListener("beforeunload", (event) => {
    if (field.value.trim() !== saved.trim()) event.preventDefault();
  });
}

// On a phone the sections are one line that scrolls: the current one is in sight.
const sections = document.querySelector(".plan-sections");
const here = sections?.querySelector("[aria-current]");
if (here) sections.scrollLeft = here.offsetLeft - 48;
