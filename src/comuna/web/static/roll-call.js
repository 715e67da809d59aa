// A roll call on the chair's page: who is called next is fetched when an answer is written, and now and then, because
// phones vote meanwhile. Where the call stands is this device's own, and outlives a reload.
"use strict";
(() => {
  const EVERY = 4000, HANDS_OFF = 500; // after a name changes, a second tap must not answer for the next one
  const view = document.getElementById("view");
  const places = () => [...document.querySelectorAll("[data-roll-call]")];
  const key = (place) => `roll-after:${place.dataset.rollCall}`;
  const asked = new WeakSet();

  async function ask(place) {
    const after = sessionStorage.getItem(key(place)) || "";
    try {
      const got = await fetch(`${place.dataset.rollCall}?after=${encodeURIComponent(after)}`, { headers: { "Accept": "text/html" } });
      if (!got.ok || got.redirected) return;
      const fresh = new DOMParser().parseFromString(await got.text(), "text/html").querySelector("[data-roll]");
      if (fresh) put(place, fresh);
    } catch { /* the network is away; the page says so already */ }
  }
  function put(place, fresh) {
    const before = place.querySelector("[data-roll-now]")?.dataset.rollNow, now = fresh.querySelector("[data-roll-now]")?.dataset.rollNow;
    if (before === now && place.querySelector(".roll-answer input:checked")) return; // an answer is being marked
    Idiomorph.morph(place, fresh.innerHTML, { morphStyle: "innerHTML", callbacks: {
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS"),
    } });
    if (before && before !== now) {
      const form = place.querySelector("form.roll-answer");
      for (const box of form?.querySelectorAll("input[type=checkbox]") || []) box.checked = false;
      if (form) { form.dataset.busy = "1"; setTimeout(() => { delete form.dataset.busy; }, HANDS_OFF); }
    }
  }
  document.addEventListener("sent", (event) => {
    const place = event.target.closest?.("[data-roll-call]");
    if (place) ask(place);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-roll-after]"), place = link?.closest("[data-roll-call]");
    if (!place) return;
    event.preventDefault();
    sessionStorage.setItem(key(place), link.dataset.rollAfter);
    ask(place);
  });
  function begin() {
    for (const place of places()) if (!asked.has(place)) { asked.add(place); ask(place); }
  }
  new MutationObserver(begin).observe(view, { childList: true, subtree: true });
  setInterval(() => { if (!document.hidden) places().forEach(ask); }, EVERY);
  begin();
})();
