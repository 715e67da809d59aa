// How many ballots lie in the box of each open vote, and what a roll call came to so far, on the wall and the chair's page:
// asked now and then, not streamed.
"use strict";
(() => {
  const EVERY = 3000;
  const view = document.getElementById("view");
  let known = {}, heard = {};
  const shown = () => [...document.querySelectorAll("[data-in-box]")];

  function tell() {
    for (const place of shown()) {
      const n = known[place.dataset.inBox];
      const words = n === undefined ? "" : (n === 1 ? place.dataset.one : place.dataset.many).replace("NUMBER", n);
      if (place.textContent !== words) place.textContent = words;
    }
  }
  function draw() { // each option of a roll call with its bar, as long as the longest is whole
    for (const place of document.querySelectorAll("[data-heard]")) {
      const counts = heard[place.dataset.heard];
      if (!counts) continue;
      const most = Math.max(1, ...counts);
      [...place.querySelectorAll("li")].forEach((row, n) => {
        const number = String(counts[n] ?? 0), wide = String(Math.round(100 * (counts[n] ?? 0) / most));
        const told = row.querySelector(".n"), part = row.querySelector(".part");
        if (told.textContent !== number) told.textContent = number;
        if (part.getAttribute("width") !== wide) part.setAttribute("width", wide);
      });
    }
  }
  async function from(what) {
    const answer = await fetch(location.pathname.replace(/\/(wall|chair)$/, `/live/${what}`) + location.search);
    return answer.ok ? answer.json() : null;
  }
  async function ask() {
    if (document.hidden) return;
    try {
      if (shown().length) known = await from("in-box") ?? known;
      if (document.querySelector("[data-heard]")) heard = await from("heard") ?? heard;
    } catch { /* the network is away; the page says so already */ }
    tell();
    draw();
  }
  new MutationObserver(() => { tell(); draw(); }).observe(view, { childList: true, subtree: true });
  setInterval(ask, EVERY);
  document.addEventListener("sent", ask);
  ask();
})();
