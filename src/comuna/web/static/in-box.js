// How many ballots lie in the box of each open vote, on the wall and the chair's page: asked now and then, not streamed.
"use strict";
(() => {
  const EVERY = 3000;
  const view = document.getElementById("view");
  let known = {};
  const shown = () => [...document.querySelectorAll("[data-in-box]")];

  function tell() {
    for (const place of shown()) {
      const n = known[place.dataset.inBox];
      const words = n === undefined ? "" : (n === 1 ? place.dataset.one : place.dataset.many).replace("NUMBER", n);
      if (place.textContent !== words) place.textContent = words;
    }
  }
  async function ask() {
    if (document.hidden || !shown().length) return;
    try {
      const answer = await fetch(location.pathname.replace(/\/(wall|chair)$/, "/live/in-box") + location.search);
      if (answer.ok) known = await answer.json();
    } catch { /* the network is away; the page says so already */ }
    tell();
  }
  new MutationObserver(tell).observe(view, { childList: true, subtree: true });
  setInterval(ask, EVERY);
  ask();
})();
