// A ballot on a phone: its id is chosen here, what is half filled survives a reload, and once it is recorded its tracking
// code is shown.
"use strict";
(() => {
  const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
  const kept = (vote) => { try { return JSON.parse(localStorage.getItem(`ballot-${vote}`)) || {}; } catch { return {}; } };
  const keep = (vote, what) => { try { localStorage.setItem(`ballot-${vote}`, JSON.stringify(what)); } catch { /* a private window */ } };
  const code = (vote) => { try { return sessionStorage.getItem(`code-${vote}`); } catch { return null; } };
  const show = (vote, ballot) => { try { sessionStorage.setItem(`code-${vote}`, ballot); } catch { /* a private window */ } };

  function fresh() { // 128 random bits in base32, as every id here
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let bits = 0n, text = "";
    for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
    bits <<= 2n;
    for (let n = 25; n >= 0; n--) text += LETTERS[Number((bits >> BigInt(5 * n)) & 31n)];
    return text;
  }
  const fields = (form) => [...form.querySelectorAll("input:not([type=hidden])")];
  const marks = (form) => fields(form).map((f) => f.type === "number" ? f.value : f.checked ? "1" : "");

  function restore() {
    for (const form of document.querySelectorAll("form[data-ballot]")) {
      const vote = form.dataset.ballot, mine = kept(vote);
      const told = document.querySelector(`[data-recorded="${vote}"]`);
      if (mine.done) {
        const again = form.closest("article").dataset.change !== undefined;
        if (told && told.hidden) { told.hidden = false; told.querySelector("code").textContent = code(vote) || mine.ballot || "…"; }
        if (!again && !form.hidden) form.hidden = true;
      }
      if (mine.marks && !form.dataset.restored) {
        fields(form).forEach((f, n) => { if (f.type === "number") f.value = mine.marks[n] || ""; else f.checked = mine.marks[n] === "1"; });
        form.dataset.restored = "1";
      }
    }
  }
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-ballot]");
    if (form) keep(form.dataset.ballot, { ...kept(form.dataset.ballot), marks: marks(form) });
  });
  document.addEventListener("submit", (event) => { // before the page's own script sends it
    const form = event.target.closest("form[data-ballot]");
    if (!form) return;
    const vote = form.dataset.ballot, mine = kept(vote);
    const ballot = mine.ballot || fresh();
    keep(vote, { ...mine, ballot, marks: marks(form) });
    form.querySelector("[name=ballot]").value = ballot;
  }, true);
  document.addEventListener("sent", (event) => {
    const form = event.target.closest?.("form[data-ballot]");
    if (!form) return;
    const vote = form.dataset.ballot, { ballot } = kept(vote);
    show(vote, ballot); // with this window the code is gone from the phone: who takes the phone later learns nothing by it
    keep(vote, form.closest("article").dataset.change === undefined ? { done: true } : { ballot, done: true });
    restore();
  });
  const view = document.getElementById("view");
  if (view) new MutationObserver(restore).observe(view, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
  restore();
})();
