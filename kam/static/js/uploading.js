// A large file takes a while to be sent; the form says how far it is. Without this it is sent like any other form.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const line = form.querySelector("[data-uploading]");
  const cancel = line.querySelector("[data-cancel]");
  const say = (share) => {
    line.querySelector("span").className = "quiet";
    line.hidden = line.querySelector("progress").hidden = cancel.hidden = false;
    const bar = line.querySelector("progress");
    if (share < 1) bar.value = share; else bar.removeAttribute("value");
    line.querySelector("span").textContent = share < 1 ? `${form.dataset.upload} ${Math.round(share * 100)} %` : form.dataset.reading;
  };
  const refuse = (sentence) => {
    line.hidden = false;
    line.querySelector("progress").hidden = cancel.hidden = true;
    line.querySelector("span").className = "fault";
    line.querySelector("span").textContent = sentence;
  };
  form.addEventListener("submit", (event) => {
    const file = form.querySelector("input[type=file]").files[0];
    if (!file || file.size < 262144) return;
    event.preventDefault();
    if (file.size > Number(form.dataset.most)) return refuse(form.dataset.larger);
    const button = form.querySelector("button:not([type=button])");
    const sending = new XMLHttpRequest();
    const plainly = () => { button.disabled = false; line.hidden = true; form.submit(); };
    sending.open("POST", form.action);
    sending.setRequestHeader("accept", "application/json");
    sending.upload.addEventListener("progress", (sent) => { if (sent.lengthComputable) say(sent.loaded / sent.total); });
    sending.upload.addEventListener("load", () => say(1));
    sending.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(sending.responseText); } catch { /* somebody between us answers with a page */ }
      if (answer.path) location.assign(answer.path);
      else if (answer.message) { button.disabled = false; refuse(answer.message); }
      else plainly();
    });
    sending.addEventListener("error", plainly);
    // The service ends reading the file as soon as nobody waits for it.
    sending.addEventListener("abort", () => { button.disabled = false; line.hidden = true; });
    cancel.onclick = () => sending.abort();
    const data = new FormData(form);
    button.disabled = true;
    say(0);
    sending.send(data);
  });
}
