// A form is sent once; the first field with a fault gets the focus.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  setTimeout(() => { if (!event.defaultPrevented) form.dataset.sent = "1"; }, 0);
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });
document.querySelector('[aria-invalid="true"]')?.focus();
// A page drawn as the answer to a refused step keeps its own address, so that loading it again sends nothing again.
const drawn = document.querySelector("[data-address]");
if (drawn) history.replaceState(null, "", drawn.dataset.address);
for (const form of document.querySelectorAll("form[method=get]")) form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
