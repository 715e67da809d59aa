// A ballot of a participatory budget: its id is chosen here, what is half filled in survives a reload and is erased once it
// is cast, and what is marked is added up while one fills it in.
"use strict";
(() => {
  const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
  const place = (round) => `budget-${round}`;
  const read = (round) => { try { return JSON.parse(localStorage.getItem(place(round))) || {}; } catch { return {}; } };
  const keep = (round, what) => { try { localStorage.setItem(place(round), JSON.stringify(what)); } catch { /* a private window */ } };

  function fresh() { // 128 random bits in base32, as every id here
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let bits = 0n, text = "";
    for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
    bits <<= 2n;
    for (let n = 25; n >= 0; n--) text += LETTERS[Number((bits >> BigInt(5 * n)) & 31n)];
    return text;
  }
  const fields = (form) => [...form.querySelectorAll(".option input")];
  const marks = (form) => Object.fromEntries(fields(form).map((f) => [f.name, f.type === "checkbox" ? (f.checked ? "1" : "") : f.value]));

  function tally(form) {
    const options = form.querySelector(".options"), told = form.querySelector(".tally");
    const { kind, most, money, places, currency } = options.dataset, words = told.dataset;
    const given = fields(form).filter((f) => f.type === "checkbox" ? f.checked : Number(f.value) > 0);
    let said, wrong = false;
    if (kind === "points") {
      const left = Number(most) - given.reduce((sum, f) => sum + Number(f.value), 0);
      wrong = left < 0;
      said = (wrong ? words.over : words.points).replace("NUMBER", Math.abs(left));
    } else if (kind === "knapsack") {
      const left = Number(money) - given.reduce((sum, f) => sum + Number(f.dataset.cost), 0);
      wrong = left < 0;
      const sum = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency }).format(Math.abs(left) / 10 ** Number(places));
      said = (wrong ? words.tooDear : words.money).replace("MONEY", sum);
    } else if (kind === "ranking") said = words.ranked.replace("NUMBER", given.length);
    else {
      wrong = most !== "" && given.length > Number(most);
      said = (most ? words.most : words.marked).replace("NUMBER", given.length).replace("MOST", most);
    }
    told.hidden = false;
    told.classList.toggle("wrong", wrong);
    if (told.textContent !== said) told.textContent = said;
  }

  for (const done of document.querySelectorAll("[data-voted]")) try { localStorage.removeItem(place(done.dataset.voted)); } catch { /* a private window */ }
  for (const form of document.querySelectorAll("form.budget-ballot")) {
    const round = form.dataset.ballot;
    if (round && form.dataset.refused === undefined) {
      const kept = read(round).marks || {};
      for (const f of fields(form)) if (f.name in kept) { if (f.type === "checkbox") f.checked = kept[f.name] === "1"; else f.value = kept[f.name]; }
    }
    tally(form);
    form.addEventListener("input", () => { tally(form); if (round) keep(round, { ...read(round), marks: marks(form) }); });
    if (round) form.addEventListener("submit", () => {
      const ballot = read(round).ballot || fresh(); // sent again, it is the same ballot
      keep(round, { ballot, marks: marks(form) });
      form.querySelector("[name=ballot]").value = ballot;
    });
  }
})();
