// What is current in a line that scrolls sideways (tabs, stages, sections of a plan) is brought into sight.
for (const line of document.querySelectorAll(".tabs, .stage-bar, .plan-sections")) {
  const current = line.querySelector("[aria-current]");
  if (!current || line.scrollWidth <= line.clientWidth) continue;
  const place = current.getBoundingClientRect(), frame = line.getBoundingClientRect();
  line.scrollLeft += place.left - frame.left - (frame.width - place.width) / 2;
}
