// A gathering that is held. The server sends the regions of the page that became others; this puts them in place, lets
// clocks run, sends what is pressed or written once and only once, and says so when the connection is really lost.
"use strict";

const body = document.body, set = body.dataset;
const lost = document.getElementById("lost"), answer = document.getElementById("answer");
const view = document.getElementById("view"), entries = document.getElementById("entries");
const me = document.getElementById("me"), kept = document.getElementById("kept");

const LOST_AFTER = 5000, SILENT_AFTER = 12000, TAP_LASTS = 120000, RETRIES = [400, 800, 1500, 3000, 5000];

// The time, as the server's clock has it

let ahead = Number(set.now) * 1000 - Date.now();
function hears(now) { // an event that took long shows us too late a time: the latest we ever heard is the best
  const said = now * 1000 - Date.now();
  if (said > ahead || Math.abs(said - ahead) > 5000) ahead = said;
}
const time = () => (Date.now() + ahead) / 1000;

function length(seconds) {
  const whole = Math.abs(Math.round(seconds)), two = (n) => String(n).padStart(2, "0");
  const h = Math.floor(whole / 3600), m = Math.floor(whole % 3600 / 60), s = whole % 60;
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
function tick() {
  const now = time();
  for (const clock of document.querySelectorAll("time.count")) {
    const left = Math.ceil(Number(clock.dataset.until) - now);
    const text = left >= 0 ? length(left) : set.over.replace("TIME", length(left));
    if (clock.textContent !== text) clock.textContent = text;
    clock.classList.toggle("over", left < 0);
    clock.classList.toggle("soon", left >= 0 && left <= 30 && Number(clock.dataset.whole) > 45);
  }
  for (const bar of document.querySelectorAll("progress[data-until]")) {
    const whole = Number(bar.dataset.whole) || 1, left = Number(bar.dataset.until) - now;
    bar.max = whole;
    bar.value = Math.min(Math.max(whole - left, 0), whole);
    bar.classList.toggle("over", left < 0);
  }
}
setInterval(tick, 250);
tick();

// Putting regions in place. What somebody has open, focused or half written stays as it is.

function touched(field) {
  if (field === document.activeElement) return true;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((o) => o.selected !== o.defaultSelected);
  return field.value !== field.defaultValue;
}
const CALLBACKS = {
  beforeNodeMorphed: (old, fresh) => {
    if (old.nodeType !== 1) return true;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(old.tagName) && old.type !== "hidden" && fresh.id === old.id && touched(old)) return false;
    if (old.dataset.rollCall && old.id === fresh.id) return false; // roll-call.js fills it
    if (old.matches?.("time.count") && fresh.dataset) { // its text is ours, its time the server's
      if (old.dataset.until !== fresh.dataset.until) old.dataset.until = fresh.dataset.until;
      if (fresh.dataset.whole) old.dataset.whole = fresh.dataset.whole;
      return false;
    }
    return true;
  },
  beforeAttributeUpdated: (name, node) => !(
    (name === "open" && node.tagName === "DETAILS") || (name === "aria-pressed") ||
    (node.tagName === "PROGRESS" && node.dataset.until && (name === "value")) || (node.tagName === "TIME" && name === "class")),
};
function morph(old, html) {
  Idiomorph.morph(old, html, { morphStyle: "outerHTML", callbacks: CALLBACKS });
}

// words on a question that is no longer asked move to a place of their own, with their question above them
function rescue(region, html) {
  for (const form of region.querySelectorAll("form[data-about]")) {
    const field = form.querySelector("textarea");
    if (!field || !field.value.trim() || html.includes(`id="${field.id}"`) || !kept) continue;
    const focused = document.activeElement === field, box = document.createElement("section");
    box.className = "card stack unfinished";
    const head = document.createElement("p"), about = document.createElement("p"), drop = document.createElement("button");
    head.className = "eyebrow"; head.textContent = set.unfinished;
    about.className = "serif"; about.textContent = form.dataset.about;
    drop.type = "button"; drop.className = "link"; drop.textContent = set.discard;
    drop.addEventListener("click", () => box.remove());
    box.append(head, about, form, drop);
    kept.append(box);
    if (focused) field.focus();
  }
}

function put(name, parent, html) {
  const old = document.getElementById(name);
  if (old) {
    rescue(old, html);
    morph(old, html);
  } else {
    const place = document.getElementById(parent);
    if (place) place.insertAdjacentHTML("beforeend", html);
  }
}

function concerns(name, old, html) {
  if (!set.me) return false;
  const begins = name === "floor" && html.includes("data-round") && !old?.dataset.round;
  return begins || name === "groups" || name === "over" || html.includes(set.me) || (old && old.outerHTML.includes(set.me));
}

function frame(told) {
  hears(told.now);
  let personal = Boolean(told.whole);
  for (const [name, [parent, html]] of Object.entries(told.set || {})) {
    personal ||= concerns(name, document.getElementById(name), html);
    put(name, parent, html);
  }
  for (const name of told.gone || []) document.getElementById(name)?.remove();
  if (told.whole && entries) {
    for (const entry of [...entries.children]) if (!(entry.id in told.set)) entry.remove();
  }
  tick();
  if (told.set?.now && !set.begun) {
    if (set.me) personal = true; else begins();
  }
  if (personal || (told.set?.floor && me?.querySelector(".my-hand, .my-place"))) {
    const named = Object.values(told.set || {}).some(([, html]) => html.includes(set.me));
    setTimeout(mine, named ? 0 : 800 * Math.random()); // a draw or a go-round concerns everybody at once
  }
}
function begins() { // the gathering was opened: who waits at its door can come in now
  const name = document.getElementById("join-name");
  if (!name || touched(name)) return;
  setTimeout(() => location.reload(), 1500 * Math.random());
}

// What is one's own is fetched by oneself

let asking = false, again = false;
async function mine() {
  if (!me || !set.mine) return;
  if (asking) { again = true; return; }
  asking = true;
  try {
    const got = await fetch(set.mine, { headers: { "Accept": "text/html" } });
    if (got.ok) {
      const html = await got.text();
      Idiomorph.morph(me, html, { morphStyle: "innerHTML", callbacks: CALLBACKS });
      if (isOut()) { clearTimeout(sign); sign = 0; lost.hidden = true; }
      tick();
    }
  } catch { /* the stream tells when the connection is back, and then it is asked again */ }
  asking = false;
  if (again) { again = false; mine(); }
}

// Words half written outlive a reload

const draft = (field) => `draft:${location.pathname}:${field.id}`;
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("form[data-live] textarea")) return;
  if (field.value) sessionStorage.setItem(draft(field), field.value); else sessionStorage.removeItem(draft(field));
});
for (const field of document.querySelectorAll("form[data-live] textarea")) {
  const words = sessionStorage.getItem(draft(field));
  if (words && !field.value) { field.value = words; field.closest("details")?.setAttribute("open", ""); }
}

// Listening

let source = null, last = set.from, heard = Date.now(), sign = 0, tries = 0;
function isHere() {
  heard = Date.now();
  tries = 0;
  clearTimeout(sign);
  sign = 0;
  if (!lost.hidden) { lost.hidden = true; mine(); }
  flush();
}
const isOut = () => Boolean(me?.querySelector("[data-removed]")); // the chair removed us: no connection is lost
function isAway() {
  if (!sign && lost.hidden && !isOut()) sign = setTimeout(() => { lost.textContent = set.lost; lost.hidden = false; }, LOST_AFTER);
}
function listen() {
  source?.close();
  source = new EventSource(`${set.stream}&from=${encodeURIComponent(last)}`);
  source.addEventListener("frame", (event) => {
    last = event.lastEventId || last;
    isHere();
    frame(JSON.parse(event.data));
  });
  source.addEventListener("beat", (event) => { isHere(); hears(Number(event.data)); });
  source.addEventListener("error", () => {
    isAway();
    if (source.readyState === EventSource.CLOSED) { // the server answered, and not with a stream
      if (me) mine(); else stillLetIn();
      setTimeout(listen, RETRIES[Math.min(tries++, RETRIES.length - 1)] * (0.7 + 0.6 * Math.random()));
    }
  });
}
async function stillLetIn() { // a chair who was ended is shown the way, not an old page
  try {
    const got = await fetch(location.href, { redirect: "manual" });
    if (got.type === "opaqueredirect" || (got.status >= 400 && got.status < 500)) location.reload();
  } catch { /* no connection: it is tried again */ }
}
setInterval(() => {
  if (Date.now() - heard > SILENT_AFTER) { heard = Date.now(); isAway(); listen(); }
}, 5000);
addEventListener("online", () => { if (source.readyState !== EventSource.OPEN) listen(); });
addEventListener("offline", isAway);
document.addEventListener("visibilitychange", () => { // a phone that slept may not know that it lost the line
  if (!document.hidden && (source.readyState !== EventSource.OPEN || Date.now() - heard > 15000)) listen();
});
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
listen();

// Sending: each form under an id of its own, again and again until the server has it; it is done once

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const newKey = () => [...crypto.getRandomValues(new Uint8Array(26))].map((n) => ALPHABET[n % 32]).join("");
const shelf = `waiting:${location.pathname}`;
let waiting = JSON.parse(sessionStorage.getItem(shelf) || "[]");
const sends = new Map();
const shelve = () => sessionStorage.setItem(shelf, JSON.stringify(waiting));

function say(text, kind = "") {
  answer.textContent = text;
  answer.className = kind;
  answer.hidden = !text;
  if (text) { clearTimeout(say.timer); say.timer = setTimeout(() => { if (answer.textContent === text) answer.hidden = true; }, 8000); }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-live]")) return;
  event.preventDefault();
  const button = event.submitter, fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  if (form.dataset.busy) return; // pressed twice
  fields.set("key", newKey());
  const one = { to: form.getAttribute("action"), body: fields.toString(), words: "empties" in form.dataset, at: Date.now(), reload: "reload" in form.dataset };
  waiting.push(one);
  shelve();
  form.dataset.busy = "1";
  button?.setAttribute("aria-busy", "true");
  sends.set(one, { form, button });
  send(one, 0);
});

async function send(one, tried) {
  let got = null;
  try {
    got = await fetch(one.to, { method: "POST", body: one.body, headers: { "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded" } });
  } catch { /* no connection */ }
  const status = got ? got.status : 0;
  if (status === 0 || status === 502 || status === 503 || status === 504 || status === 429) {
    if (!one.words && Date.now() - one.at > TAP_LASTS) return settle(one, false, set.gaveUp);
    if (tried > 0) say(set.waits, "waits");
    one.timer = setTimeout(() => send(one, tried + 1), RETRIES[Math.min(tried, RETRIES.length - 1)]);
    one.tried = tried;
    return;
  }
  if (got.ok) return settle(one, true, "");
  let sentence = "";
  try { sentence = (await got.json()).sentence; } catch { sentence = set.gaveUp; }
  settle(one, false, sentence);
}
function flush() { // the connection is back: do not wait for the next try
  for (const one of waiting) if (one.timer) { clearTimeout(one.timer); one.timer = 0; send(one, one.tried || 0); }
}
function settle(one, done, sentence) {
  waiting = waiting.filter((other) => other !== one);
  shelve();
  const from = sends.get(one);
  sends.delete(one);
  if (from) {
    const { form, button } = from;
    delete form.dataset.busy;
    if (done) form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
    button?.removeAttribute("aria-busy");
    if (done && "empties" in form.dataset) {
      for (const field of form.querySelectorAll("textarea, input[type=text], input[type=number]")) { sessionStorage.removeItem(draft(field)); field.value = ""; field.defaultValue = ""; }
      for (const field of form.querySelectorAll("input[type=checkbox]")) field.checked = field.defaultChecked;
      form.closest("details")?.removeAttribute("open");
      form.closest(".unfinished")?.remove();
    }
    if (done && button && "keepPressed" in button.dataset) {
      for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    }
    if (done && form.closest(".who-am-i")) form.closest(".who-am-i").open = false;
  }
  say(sentence, done ? "" : "problem");
  if (done && one.reload) { location.reload(); return; }
  if (one.to.includes("/live/")) mine();
}
for (const one of waiting) send(one, 0); // what the last page could not send
