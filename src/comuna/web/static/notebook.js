// The notebook on the device. Every change is written to localStorage first and then sent; what could not be sent waits
// there and is sent later, once: the server knows a note by its id and the count of its edits. Without this script
// every form on the page works by itself.
"use strict";
(() => {
const root = document.getElementById("notebook");
if (!root) return;
const $ = (id) => document.getElementById(id);
const path = root.dataset.path, KEY = `comuna ${path}`, says = $("says").dataset;
const form = $("write"), words = $("words"), at = $("at"), list = $("notes");
const MARKS = ["surprised", "inspired", "frustrated", "stuck", null];
const SVG = "http://www.w3.org/2000/svg";
form.elements.timed?.remove(); // the time comes from here

// The device's own copy: {notebook, notes: {id: note}, unsent: {id: "keep" | "erase" | "refused"}, strays: [note],
// draft: {id, fresh}, clock: {seconds, at, runs, dirty}, answered: when the server last took something}. Read anew for
// each change, as other tabs write it too.
let memory = null, durable = true, forgotten = false;
const nothing = () => ({ notebook: null, notes: {}, unsent: {}, strays: [], draft: null, clock: null, answered: 0 });
function copy() {
  if (durable) try { return JSON.parse(localStorage.getItem(KEY)) ?? nothing(); } catch { durable = false; }
  return memory ??= nothing();
}
function change(how) {
  const c = copy();
  if (forgotten) return c; // nothing is written on this device any more
  how(c);
  memory = c;
  try { localStorage.setItem(KEY, JSON.stringify(c)); durable = true; } catch { durable = false; }
  return c;
}
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(26)), (b) => "abcdefghijklmnopqrstuvwxyz234567"[b & 31]).join("");
const empty = (n) => !n.words.trim() && !n.mark;
const order = (a, b) => (a.seconds ?? 1e9) - (b.seconds ?? 1e9) || a.place - b.place;
const pad = (n) => String(n).padStart(2, "0");
const written = (s) => s === null ? "" : `${pad(Math.floor(s / 3600))}:${pad(Math.floor(s / 60) % 60)}:${pad(s % 60)}`;
function seconds(text) { // like the server's film_time; undefined: not a time
  if (!text.trim()) return null;
  const m = /^(?:(\d{1,2}):)?(\d{1,3}):(\d{2})$/.exec(text.trim());
  if (!m || m[3] > 59 || (m[1] && m[2] > 59)) return undefined;
  const total = (m[1] || 0) * 3600 + m[2] * 60 + +m[3];
  return total <= 86400 ? total : undefined;
}

// Telling
let told = "";
function tell(code, aloud) { // "" | saving | saved | kept | unkept | a sentence
  const text = code in says ? says[code] : code;
  $("status").textContent = text;
  $("status").dataset.is = code;
  if (aloud || (code !== told && code !== "saving" && told !== "" && !(code === "saved" && told === "saving"))) $("said").textContent = text;
  told = code;
}

// Sending: one thing at a time, so that a newcomer gets one notebook and edits arrive in order.
let sending = null, retry = 0, wait = 2000, stopped = false;
const waiting = (c) => Object.keys(c.unsent).find((id) => c.unsent[id] !== "refused");
const unsent = (c = copy()) => Object.keys(c.unsent).length > 0 || Boolean(c.clock?.dirty);
async function post(to, fields) {
  const notebook = copy().notebook;
  const body = new URLSearchParams({ ...fields, ...(notebook ? { notebook } : {}) });
  const response = await fetch(path + to, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true, signal: AbortSignal.timeout?.(20000) });
  if (response.status >= 500 || response.status === 429) throw new Error("later");
  const answer = await response.json();
  change((c) => { c.notebook = answer.notebook ?? c.notebook; c.answered = Date.now(); });
  return answer;
}
const send = () => sending ??= deliver().finally(() => { sending = null; });
async function deliver() {
  clearTimeout(retry);
  try {
    for (let c = copy(), id; !stopped && (c.clock?.dirty || (id = waiting(c))); c = copy()) {
      tell("saving");
      if (c.clock?.dirty) await sendClock(c.clock); else if (c.unsent[id] === "erase") await sendErased(id); else await sendNote(id, c.notes[id]);
    }
    wait = 2000;
    if (away && !stopped) await sync();
    if (!stopped && ["saving", "kept", "away"].includes(told)) tell(unsent() ? "kept" : told === "away" ? "" : "saved");
    return !stopped;
  } catch {
    away = true;
    tell(!durable ? "unkept" : unsent() ? "kept" : "away");
    retry = setTimeout(send, wait);
    wait = Math.min(wait * 2, 60000);
    return false;
  }
}
async function sendClock(clock) {
  const answer = await post("/clock", { at: written(reads(clock)), runs: clock.runs ? "yes" : "no" });
  if (answer.refused) refuse(answer);
  change((c) => { if (c.clock.at === clock.at) c.clock.dirty = false; });
}
async function sendErased(id) {
  const answer = await post(`/notes/${id}/erase`, {});
  if (answer.refused === "notebook.other") return refuse(answer);
  change((c) => { delete c.unsent[id]; });
}
async function sendNote(id, n) {
  if (!n) return change((c) => { delete c.unsent[id]; });
  const answer = await post("/notes", { note: id, edit: n.edit, words: n.words, mark: n.mark ?? "", at: written(n.seconds), question: n.question ?? "", column: n.column ?? "" });
  if (answer.refused === "note.not_yours") return rename(id); // the answer to a first sending was lost: send it as new
  if (answer.refused) return refuse(answer, id);
  const stands = answer.kept ? n : answer.note; // null: erased elsewhere meanwhile; other words: changed there. Keep both
  if (stands?.words !== n.words && copy().notes[id]?.edit === n.edit && !empty(n)) return rename(id);
  change((c) => { if (!c.notes[id] || c.notes[id].edit === n.edit) delete c.unsent[id]; });
}
function rename(id) {
  const fresh = newId();
  change((c) => {
    c.notes[fresh] = { ...c.notes[id], note: fresh, edit: 1, fate: "private" };
    c.unsent[fresh] = "keep";
    delete c.notes[id]; delete c.unsent[id];
    if (c.draft?.id === id) c.draft.id = fresh;
  });
  if (current === id) current = fresh;
  away = true; // what the server has under the old id comes with the next look
  show();
}
function refuse(answer, id) {
  tell(answer.sentence, true);
  if (answer.refused.startsWith("notebook.")) stopped = true; else if (id) change((c) => { c.unsent[id] = "refused"; });
}
let away = "shell" in root.dataset, looked = Date.now();
async function sync() {
  const response = await fetch(`${path}/notes.json`, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(20000) });
  if (!response.ok) throw new Error("later");
  adopt(await response.json());
  away = false;
  looked = Date.now();
  show();
}
function adopt(state) { // the server's notebook, with what was not sent yet on top
  change((c) => {
    if (c.notebook && c.notebook !== state.notebook) {
      c.strays.push(...Object.keys(c.unsent).map((id) => c.notes[id]).filter((n) => n && !empty(n)));
      Object.assign(c, { notes: {}, unsent: {}, draft: null, clock: null });
    }
    c.notebook = state.notebook;
    const notes = Object.fromEntries(state.notes.map((n, place) => [n.note, { ...n, place }]));
    for (const [id, how] of Object.entries(c.unsent)) {
      if (how === "erase") delete notes[id]; else if (c.notes[id]) notes[id] = c.notes[id];
    }
    c.notes = notes;
    if (c.draft && !notes[c.draft.id]) c.draft = null;
    if (!c.clock?.dirty) c.clock = { seconds: state.seconds, at: Date.now(), runs: state.runs, dirty: false };
  });
}

// Showing
function show() {
  const c = copy(), mine = Object.values(c.notes).filter((n) => !empty(n) && !(c.draft?.fresh && c.draft.id === n.note)).sort(order);
  const known = new Set(mine.map((n) => `note-${n.note}`));
  for (const li of [...list.children]) if (!known.has(li.id)) li.remove();
  mine.forEach((n, place) => {
    let li = $(`note-${n.note}`);
    if (!li || +li.dataset.edit !== n.edit || li.dataset.fate !== n.fate) {
      const next = drawn(n);
      if (li) li.replaceWith(next);
      li = next;
    }
    if (list.children[place] !== li) list.insertBefore(li, list.children[place] ?? null);
  });
  $("count").textContent = mine.length || "";
  $("empty").hidden = mine.length > 0;
  $("strays").hidden = !c.strays.length;
  $("unsent").hidden = !Object.keys(c.unsent).length;
  line(mine);
}
function drawn(n) {
  const li = $("blank").content.firstElementChild.cloneNode(true), time = written(n.seconds);
  const slot = (name, text) => li.querySelectorAll(`[data-slot="${name}"]`).forEach((e) => { e.textContent = text; });
  li.id = `note-${n.note}`;
  Object.assign(li.dataset, { note: n.note, edit: n.edit, fate: n.fate, mark: n.mark ?? "none" });
  li.querySelector("use").setAttribute("href", `#shape-${n.mark ?? "none"}`);
  const label = (select, id) => id && select?.querySelector(`option[value="${CSS.escape(id)}"]`)?.textContent;
  for (const [name, text] of Object.entries({ time, mark: n.mark ? says[n.mark] : "", words: n.words.trim(), which: ` ${time}`, reason: n.reason ?? "",
    about: [label($("column"), n.column), label($("question"), n.question)].filter(Boolean).join(" · ") })) slot(name, text);
  li.querySelector("[data-do=edit]").href = `${path}?edit=${n.note}#write`;
  for (const f of li.querySelectorAll("form")) f.action = `${path}/notes/${n.note}/${f.dataset.do}`;
  return li;
}
function line(mine) { // the same geometry as comuna.web.notebook_shown.timeline
  const figure = $("timeline"), timed = mine.filter((n) => n.seconds !== null);
  figure.hidden = !timed.length;
  const latest = Math.max(0, ...timed.map((n) => n.seconds), now());
  let length = +figure.dataset.length;
  if (latest > length) {
    figure.dataset.length = length = (Math.floor(latest / 600) + 1) * 600;
    const step = [300, 600, 900, 1800, 3600, 7200, 14400].find((s) => length <= s * 6) ?? 14400;
    $("ticks").replaceChildren(...Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => i * step).flatMap((t) => {
      const x = `${(t * 100 / length).toFixed(2)}%`, text = drawing("text", { class: "time", x, y: 124, "text-anchor": t === 0 ? "start" : t === length ? "end" : "middle" });
      text.textContent = `${Math.floor(t / 3600)}:${pad(Math.floor(t / 60) % 60)}`;
      return [drawing("line", { class: "tick", x1: x, x2: x, y1: 102, y2: 108 }), text];
    }));
  }
  $("points").replaceChildren(...timed.map((n) => {
    const a = drawing("a", { href: `#note-${n.note}`, tabindex: -1, class: `mark-${n.mark ?? "none"}`, "aria-label": `${written(n.seconds)} ${n.mark ? says[n.mark] : ""}` });
    const place = drawing("svg", { x: `${(n.seconds * 100 / length).toFixed(2)}%`, y: 12 + 20 * MARKS.indexOf(n.mark), overflow: "visible" });
    place.append(drawing("rect", { x: -12, y: -12, width: 24, height: 24, fill: "transparent" }), drawing("use", { href: `#shape-${n.mark ?? "none"}`, x: -8, y: -8, width: 16, height: 16 }));
    a.append(place);
    return a;
  }));
}
function drawing(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// The clock
const reads = (clock) => Math.max(0, Math.min(86400, Math.floor(clock.seconds + (clock.runs ? (Date.now() - clock.at) / 1000 : 0))));
let clock = { seconds: 0, at: Date.now(), runs: false };
const now = () => reads(clock);
function tick() {
  clock = copy().clock ?? clock;
  const s = now(), text = written(s);
  if ($("reads").textContent !== text) {
    $("reads").textContent = text;
    const x = `${Math.min(100, s * 100 / $("timeline").dataset.length).toFixed(2)}%`;
    $("playhead").setAttribute("x1", x);
    $("playhead").setAttribute("x2", x);
  }
  const play = $("play"), label = clock.runs ? play.dataset.pause : s ? play.dataset.goOn : play.dataset.start;
  play.value = clock.runs ? "no" : "yes";
  if (play.lastElementChild.textContent !== label) play.lastElementChild.textContent = label;
  $("at-now").textContent = current ? at.value : s || clock.runs ? text : "";
}
function turn(to, runs) {
  change((c) => { c.clock = { seconds: Math.max(0, Math.min(86400, to)), at: Date.now(), runs, dirty: true }; });
  tick();
  send();
}
for (const hand of document.querySelectorAll(".turning")) hand.addEventListener("submit", (event) => {
  event.preventDefault();
  const by = event.submitter;
  if (by?.name === "nudge") turn(now() + Number(by.value), clock.runs); else turn(now(), !clock.runs);
});
$("set").addEventListener("submit", (event) => {
  event.preventDefault();
  const to = seconds($("to").value);
  $("to").setAttribute("aria-invalid", to == null);
  if (to == null) return tell("badTime", true);
  turn(to, clock.runs);
  $("to").value = "";
  event.target.closest("details").open = false;
  $("play").focus();
});

// Writing
let current = null, soon = 0, back = null;
const blank = () => ({ note: current, place: Date.now(), edit: 0, fate: "private", reason: null });
const chosen = () => form.elements.mark.value || null;
function typed(event) {
  const wrong = seconds(at.value) === undefined;
  at.setAttribute("aria-invalid", wrong);
  if (wrong) { if (event.type === "change") tell("badTime", true); return; }
  if (!current && !words.value.trim() && !chosen()) return tags();
  if (!current) {
    current = newId();
    if (!at.value && (now() || clock.runs)) at.value = written(now());
    change((c) => { c.draft = { id: current, fresh: true }; c.notes[current] = blank(); });
  }
  change((c) => {
    const n = c.notes[current] ??= blank();
    Object.assign(n, { words: words.value, mark: chosen(), seconds: seconds(at.value), question: $("question")?.value || null, column: $("column")?.value || null });
    n.edit += 1;
    if (n.fate === "released" || n.fate === "hidden") n.fate = "changed";
    c.unsent[current] = "keep";
  });
  grow();
  tags();
  tell("saving");
  clearTimeout(soon);
  soon = setTimeout(send, 350);
}
function grow() { // as high as what is written, where the style sheet cannot do it
  if (CSS.supports("field-sizing", "content")) return;
  for (words.rows = 1; words.scrollHeight > words.clientHeight + 2 && words.rows < 6;) words.rows += 1;
}
function tags() {
  const named = [$("column"), $("question")].filter((s) => s?.value).map((s) => s.selectedOptions[0].textContent);
  $("tagged").textContent = named.join(" · ") || $("tagged").dataset.none;
}
function fill(n) {
  words.value = n?.words ?? "";
  at.value = n ? written(n.seconds) : "";
  for (const radio of form.elements.mark) radio.checked = radio.value === (n?.mark ?? "");
  for (const name of ["column", "question"]) if ($(name)) $(name).value = n?.[name] ?? "";
  $("changing").hidden = !n || Boolean(copy().draft?.fresh);
  if (!n) $("tagging").open = false;
  grow();
  tags();
  tick();
}
function write(id) {
  if (current) finish();
  current = id;
  change((c) => { c.draft = { id, fresh: false }; });
  fill(copy().notes[id]);
  words.focus();
}
function finish() {
  const id = current, n = copy().notes[id], returning = back;
  current = back = null;
  change((c) => { c.draft = null; });
  fill(null);
  if (n && empty(n)) erase(id, false); else if (n) {
    show();
    for (const li of list.children) li.toggleAttribute("data-new", li.id === `note-${id}`);
    if (!returning) $(`note-${id}`).scrollIntoView({ block: "nearest" });
    send().then((done) => done && tell("saved", true));
  }
  if (returning) $(`note-${id}`)?.querySelector("[data-do=edit]")?.focus();
}
function erase(id, undoable = true) {
  let gone = null;
  change((c) => { gone = c.notes[id]; delete c.notes[id]; c.unsent[id] = "erase"; });
  $("undo").hidden = !undoable;
  show();
  if (undoable) { undone = gone; $("undoing").querySelector("button").focus(); }
  send();
}
let undone = null;
$("undoing").addEventListener("submit", (event) => {
  if (!undone) return;
  event.preventDefault();
  const id = newId();
  change((c) => { c.notes[id] = { ...undone, note: id, edit: 1, fate: "private" }; c.unsent[id] = "keep"; });
  undone = null;
  $("undo").hidden = true;
  show();
  tell("back", true);
  send();
  $(`note-${id}`).focus();
});
form.addEventListener("input", typed);
at.addEventListener("change", typed);
form.addEventListener("submit", (event) => { event.preventDefault(); if (current) finish(); else words.focus(); });
words.addEventListener("keydown", (event) => {
  if (event.isComposing || !current) return;
  if ((event.key === "Enter" && !event.shiftKey) || event.key === "Escape") { event.preventDefault(); finish(); }
});
$("done").addEventListener("click", (event) => { event.preventDefault(); if (current) finish(); else location.assign(path); });

// The list: edit and delete here; releasing waits until the server has the note as it stands.
list.addEventListener("click", (event) => {
  const link = event.target.closest("[data-do=edit]");
  if (!link) return;
  event.preventDefault();
  write(link.closest(".note").dataset.note);
  back = true;
});
list.addEventListener("toggle", (event) => { // what opens must not lie under the writing place
  if (event.target.open) event.target.scrollIntoView({ block: "center" });
}, true);
document.addEventListener("submit", async (event) => {
  const sent = event.target, doing = sent.dataset.do, li = sent.closest(".note");
  if (!doing) return;
  event.preventDefault();
  if (doing === "erase") return erase(li.dataset.note);
  if (!(await send()) || !navigator.onLine) return tell("offline", true);
  const id = li?.dataset.note, c = copy();
  if (sent.elements.edit) { sent.elements.edit.value = c.notes[id].edit; sent.elements.entry.value ||= newId(); }
  if (c.notebook && sent.elements.notebook) sent.elements.notebook.value = c.notebook;
  sent.submit();
});
$("adopt").addEventListener("click", () => {
  change((c) => { for (const n of c.strays) { const id = newId(); c.notes[id] = { ...n, note: id, edit: 1, fate: "private" }; c.unsent[id] = "keep"; } c.strays = []; });
  show();
  send();
});
$("drop").addEventListener("click", () => { change((c) => { c.strays = []; }); show(); });
$("forget").addEventListener("submit", async (event) => {
  event.preventDefault();
  stopped = forgotten = true;
  localStorage.removeItem(KEY);
  for (const name of await globalThis.caches?.keys() ?? []) if (name.endsWith(path)) await caches.delete(name);
  await (await navigator.serviceWorker?.getRegistration(path))?.unregister();
  event.target.submit();
});

// Coming and going
addEventListener("storage", (event) => { if (event.key === KEY && event.newValue === null) { stopped = forgotten = true; location.reload(); } });
addEventListener("online", () => send());
addEventListener("pagehide", () => { if (!stopped) send(); });
addEventListener("beforeunload", (event) => { if (!durable && waiting(copy())) event.preventDefault(); });
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && Date.now() - looked > 30000) away = true;
  if (!stopped) send();
});
// A page asked for before the server took the last change may be older than the device's copy: then look again.
away ||= (copy().answered ?? 0) >= performance.timeOrigin;
if (!away) adopt(JSON.parse(root.dataset.state));
change((c) => { for (const id in c.unsent) if (c.unsent[id] === "refused") c.unsent[id] = "keep"; });
const editing = new URLSearchParams(location.search).get("edit"), draft = copy().draft;
// What was typed before this script came stays: it may come late on a slow connection.
const early = words.value !== words.defaultValue || [...form.elements.mark].some((r) => r.checked !== r.defaultChecked);
if (editing && copy().notes[editing] && !early) write(editing);
else if (early) { if (copy().notes[editing]) { current = editing; change((c) => { c.draft = { id: current, fresh: false }; }); } typed({ type: "change" }); }
else if (draft && copy().notes[draft.id]) { current = draft.id; fill(copy().notes[draft.id]); } else fill(null);
show();
tick();
setInterval(tick, 250);
// A newcomer's first note may still be on its way from the page before this one, and with it the key to the notebook.
if (away || waiting(copy()) || copy().clock?.dirty) setTimeout(send, copy().notebook || away ? 0 : 1000);
navigator.serviceWorker?.register("/worker.js", { scope: path }).catch(() => {});
})();
