// A survey on a volunteer's telephone. Each dwelling is written to localStorage first and then sent; what could not be
// sent waits there and is sent later, once: the server knows an account by its id and the count of its edits. Answers that
// were sent are not kept here. Without this script the form works by itself, with a connection for each dwelling.
"use strict";
(() => {
const root = document.getElementById("survey");
if (!root) return;
const $ = (id) => document.getElementById(id);
const path = root.dataset.path, KEY = `comuna ${path}`, says = $("says").dataset, form = $("fill"), code = $("dwelling");
const CODE = /^[A-Z0-9][A-Z0-9./-]{0,15}$/;
const fields = [...form.querySelectorAll(".question")];

// The telephone's own copy: {mine: {visit: {visit, edit, dwelling, outcome}}, unsent: {visit: account}, draft}.
// Read anew for each change, as other tabs write it too.
let memory = null, durable = true, forgotten = false;
const nothing = () => ({ mine: {}, unsent: {}, draft: null, tally: null });
function copy() {
  if (durable) try { return JSON.parse(localStorage.getItem(KEY)) ?? nothing(); } catch { durable = false; }
  return memory ??= nothing();
}
function change(how) {
  const c = copy();
  if (forgotten) return c;
  how(c);
  memory = c;
  try { localStorage.setItem(KEY, JSON.stringify(c)); durable = true; } catch { durable = false; }
  return c;
}
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(26)), (b, i) => "abcdefghijklmnopqrstuvwxyz234567"[i === 25 ? b & 28 : b & 31]).join("");

function tell(what, aloud) { // one of `says`, or a sentence
  const text = what in says ? says[what] : what;
  if ($("status").textContent !== text) $("status").textContent = text;
  $("status").dataset.is = what in says ? what : text ? "problem" : "";
  if (aloud) $("said").textContent = text;
}

// Questions that depend on another are shown when that one is answered so.
const picked = (name) => [...form.elements].filter((e) => e.name === `q.${name}` && (e.type === "radio" || e.type === "checkbox" ? e.checked : e.value.trim())).map((e) => e.value.trim());
function unfold() {
  for (const f of fields) {
    const when = f.dataset.when && JSON.parse(f.dataset.when);
    const open = !when || Object.entries(when).every(([other, words]) => {
      const parent = fields.find((each) => each.dataset.question === other);
      return !parent.hidden && picked(other).some((value) => words.includes(value));
    });
    f.hidden = f.disabled = !open;
    const inputs = [...f.querySelectorAll("input, textarea")], must = open && "required" in f.dataset;
    if (f.dataset.type === "choices") inputs[0].setCustomValidity(must && !inputs.some((i) => i.checked) ? says.noChoice : "");
    else for (const input of inputs) input.required = must;
  }
  const written = code.value.replace(/\s/g, "").toUpperCase();
  code.setCustomValidity(!written || CODE.test(written) ? "" : says.badCode);
}

// A dwelling half filled in stays, whatever becomes of the page.
const current = { visit: null, edit: 0 };
function draft() {
  const answers = {};
  for (const f of fields) { const found = picked(f.dataset.question); if (found.length) answers[f.dataset.question] = found; }
  return { ...current, dwelling: code.value, answers };
}
function fill(d) {
  form.reset();
  Object.assign(current, { visit: d?.visit ?? null, edit: d?.edit ?? 0 });
  code.value = d?.dwelling ?? "";
  for (const e of form.elements) {
    if (!e.name.startsWith("q.")) continue;
    const values = d?.answers?.[e.name.slice(2)] ?? [];
    if (e.type === "radio" || e.type === "checkbox") e.checked = values.includes(e.value); else e.value = values[0] ?? "";
  }
  unfold();
}
form.addEventListener("input", () => { unfold(); change((c) => { c.draft = draft(); }); });

// Keeping a dwelling
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const outcome = event.submitter?.value ?? "answered", d = draft();
  const dwelling = d.dwelling.replace(/\s/g, "").toUpperCase();
  if (!CODE.test(dwelling)) { code.setCustomValidity(says.badCode); code.reportValidity(); return tell("badCode", true); }
  const answers = {};
  if (outcome === "answered") for (const f of fields) if (!f.hidden && d.answers[f.dataset.question]) answers[f.dataset.question] = d.answers[f.dataset.question];
  let known = false;
  change((c) => {
    const before = c.unsent[d.visit] ?? c.mine[d.visit] ?? [...Object.values(c.unsent), ...Object.values(c.mine)].find((v) => v.dwelling === dwelling);
    known = Boolean(before) && !d.visit;
    const visit = before?.visit ?? newId();
    c.unsent[visit] = { visit, edit: (before?.edit ?? 0) + 1, dwelling, outcome, answers };
    c.draft = null;
  });
  fill(null);
  show();
  tell(known ? "changed" : durable ? "kept" : "unkept", true);
  scrollTo(0, 0);
  code.focus();
  send();
});

// Sending: one after another
let sending = null, retry = 0, wait = 2000, stopped = false;
const waiting = () => Object.values(copy().unsent).find((v) => !v.why);
const send = () => sending ??= deliver().finally(() => { sending = null; });
async function ask(to, options) {
  const response = await fetch(path + to, { ...options, headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(20000) });
  if (response.status >= 500 || response.status === 429) throw new Error("later");
  return response.json();
}
async function deliver() {
  clearTimeout(retry);
  try {
    for (let v; !stopped && (v = waiting());) {
      tell("saving");
      const body = new URLSearchParams({ visit: v.visit, edit: v.edit, dwelling: v.dwelling, outcome: v.outcome });
      for (const [id, values] of Object.entries(v.answers)) for (const value of values) body.append(`q.${id}`, value);
      const answer = await ask("", { method: "POST", body });
      if (answer.refused) { refuse(v, answer); continue; }
      change((c) => {
        if (c.unsent[v.visit]?.edit === v.edit) delete c.unsent[v.visit];
        adopt(c, answer.state);
      });
      show();
    }
    wait = 2000;
    if (away && !stopped) await look();
    if (!stopped && !Object.keys(copy().unsent).length && $("status").dataset.is !== "") tell("saved", $("status").dataset.is !== "saved");
  } catch {
    away = true;
    if (Object.keys(copy().unsent).length) tell(durable ? "kept" : "unkept");
    retry = setTimeout(send, wait);
    wait = Math.min(wait * 2, 60000);
  }
}
function refuse(v, answer) { // the account stays here, with what was said of it, until it is put right
  change((c) => { if (c.unsent[v.visit]?.edit === v.edit) c.unsent[v.visit].why = answer.sentence; });
  if (/^survey\.(closed|key_needed|unknown|questions_erased)$/.test(answer.refused)) stopped = true;
  show();
  tell(answer.sentence, true);
}
let away = "shell" in root.dataset;
async function look() {
  const state = await ask("/state.json", {});
  if (state.refused) { stopped = true; return tell(state.sentence, true); }
  change((c) => adopt(c, state));
  away = false;
  show();
}
function adopt(c, state) { // what the server has from here, with what was not sent yet on top
  c.mine = Object.fromEntries(state.mine.map((v) => [v.visit, v]));
  c.tally = { visited: state.visited, nobody: state.nobody, expected: state.expected };
}

// Showing
function show() {
  const c = copy(), every = { ...c.mine, ...c.unsent };
  const lines = Object.values(every).sort((a, b) => Number(!(a.visit in c.unsent)) - Number(!(b.visit in c.unsent)) || a.dwelling.localeCompare(b.dwelling, undefined, { numeric: true }));
  $("here").replaceChildren(...lines.map((v) => {
    const li = make("li", "row spread"), left = make("span"), unsent = c.unsent[v.visit];
    li.dataset.visit = v.visit;
    li.dataset.sent = unsent ? "no" : "yes";
    left.append(make("b", "", v.dwelling), " ", make("span", "small muted", `${says[v.outcome]} · ${unsent ? says.waiting : says.sent}`));
    if (unsent?.why) left.append(make("span", "block small problem", unsent.why));
    const again = make("button", "link", says.again);
    again.type = "button";
    again.append(make("span", "hidden-text", ` ${v.dwelling}`));
    again.addEventListener("click", () => { fill(v); change((c) => { c.draft = draft(); }); tell("anew", true); code.scrollIntoView({ block: "center" }); code.focus(); });
    li.append(left, again);
    return li;
  }));
  $("count").textContent = lines.length || "";
  if (c.tally) {
    $("visited").textContent = c.tally.visited;
    $("nobody").textContent = c.tally.nobody;
    $("tally").setAttribute("width", Math.min(1000, Math.round(1000 * c.tally.visited / c.tally.expected)));
  }
}
function make(name, kind, text) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  if (text) element.textContent = text;
  return element;
}

// Coming and going
$("forget").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (Object.keys(copy().unsent).length && !confirm(says.left)) return;
  stopped = forgotten = true;
  localStorage.removeItem(KEY);
  for (const name of await globalThis.caches?.keys() ?? []) if (name.endsWith(path)) await caches.delete(name);
  await (await navigator.serviceWorker?.getRegistration(path))?.unregister();
  event.target.submit();
});
addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  if (event.newValue === null) { stopped = forgotten = true; location.reload(); } else show();
});
addEventListener("online", () => { away = true; send(); });
addEventListener("beforeunload", (event) => { if (!durable && waiting()) event.preventDefault(); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { away = true; send(); } });
async function offline() {
  const note = $("offline"), secure = isSecureContext && navigator.serviceWorker;
  note.textContent = secure ? note.dataset.waiting : note.dataset.insecure;
  if (!secure) return;
  try {
    const registration = await navigator.serviceWorker.register("/worker.js", { scope: path });
    for (let tries = 0; tries < 60 && !registration.active; tries += 1) await new Promise((done) => setTimeout(done, 500));
    if (registration.active && await caches.match(path)) { note.textContent = note.dataset.ready; note.dataset.is = "ready"; }
  } catch {
    if (navigator.onLine) note.textContent = note.dataset.insecure;
  }
}

if (!away) change((c) => adopt(c, JSON.parse(root.dataset.state)));
change((c) => { for (const v of Object.values(c.unsent)) delete v.why; }); // it may be taken now
// What was typed before this script came stays: it may come late on a slow connection.
const early = code.value || [...form.elements].some((e) => e.name.startsWith("q.") && (e.type === "radio" || e.type === "checkbox" ? e.checked : e.value));
const asked = new URLSearchParams(location.search).get("visit"), before = copy().mine[asked];
if (early && !(before && code.value === before.dwelling)) unfold(); else fill(before ?? copy().draft);
show();
if (Object.keys(copy().unsent).length) tell("kept");
send();
offline();
})();
