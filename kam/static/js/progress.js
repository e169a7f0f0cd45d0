// A long work is asked every second until it ends; then the page is loaded again to show what came of it.
for (const line of document.querySelectorAll(".progress[data-work]")) {
  const running = () => ["waiting", "running"].includes(line.dataset.state);
  const ask = async () => {
    try {
      const answer = await fetch(line.dataset.work, { headers: { accept: "application/json" } });
      if (answer.ok) {
        const work = await answer.json();
        line.dataset.state = work.state;
        const bar = line.querySelector("progress");
        if (work.total) { bar.max = work.total; bar.value = work.done; }
        line.querySelector("[data-done]").textContent = work.done_text;
        if (work.kept) line.querySelector("form")?.remove(); // it is too late to cancel
        line.querySelector("[data-rate]").textContent = work.rate && `· ${work.rate} ·`;
        line.querySelector("[data-message]").textContent = work.message;
        line.querySelector(".badge").textContent = work.state_text;
        if (!running()) { location.reload(); return; }
      }
    } catch { /* the next second may be better */ }
    setTimeout(ask, 1000);
  };
  if (running()) setTimeout(ask, 600);
}
