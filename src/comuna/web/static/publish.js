// Beside each other: the field in hand lights up its lines. And a zone to begin with, where the page named none.
const lit = () => document.querySelectorAll(".lines .lit");
for (const field of document.querySelectorAll("[data-lines]")) {
  const numbers = field.dataset.lines.split(" ").filter(Boolean);
  field.addEventListener("focusin", () => {
    for (const line of lit()) line.classList.remove("lit");
    for (const number of numbers) document.getElementById(`line-${number}`)?.classList.add("lit");
    const source = document.querySelector(".source");
    const first = numbers.length ? document.getElementById(`line-${numbers[0]}`) : null;
    if (first && source && source.scrollHeight > source.clientHeight) source.scrollTop = first.offsetTop - source.clientHeight / 3;
  });
}
const box = document.querySelector("[data-guess-zone]");
const zone = document.getElementById("zone");
if (box && zone && !zone.value) {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  if (zone.value) {
    const hint = document.createElement("p");
    hint.className = "hint";
    hint.textContent = box.dataset.text;
    zone.after(hint);
  }
}
