// Checks a certificate on the reader's own device: the code behind the address's # is never sent anywhere. What it
// needs (SHA-256, SHA-512, HMAC, Ed25519) is written out here, because browsers hide their own on sites without HTTPS.
// Asked is only which certificates of the group are revoked, all of them at once, so nobody learns which one was meant.
"use strict";
(() => {
  const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-/";
  const KINDS = ["residence", "membership", "mandate", "decision"];
  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const same = (a, b) => a.length === b.length && a.every((byte, n) => byte === b[n]);
  class Unreadable extends Error {}
  class Wrong extends Error {}

  // SHA-2 (FIPS 180-4), of 32 or 64 bits: whole numbers of any length, for what is hashed here is short

  const primes = [];
  for (let n = 2n; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
  const root = (n, power) => { // the largest whole number whose power is at most n
    let low = 0n, high = 1n << 80n;
    while (high - low > 1n) { const middle = (low + high) >> 1n; if (middle ** power <= n) low = middle; else high = middle; }
    return low;
  };
  const sha2 = (width, rounds, big0, big1, small0, small1) => {
    const bits = BigInt(width), mask = (1n << bits) - 1n, block = width * 2;
    const turn = (x, n) => ((x >> n) | (x << (bits - n))) & mask;
    const mix = (x, [a, b, c], shift) => turn(x, a) ^ turn(x, b) ^ (shift ? x >> c : turn(x, c));
    const K = primes.slice(0, rounds).map((p) => root(p << (bits * 3n), 3n) & mask);
    const start = primes.slice(0, 8).map((p) => root(p << (bits * 2n), 2n) & mask);
    return (message) => {
      const length = Math.ceil((message.length + 1 + width / 4) / block) * block, padded = new Uint8Array(length);
      padded.set(message);
      padded[message.length] = 128;
      for (let n = 0, left = message.length * 8; n < 4; n++, left = Math.floor(left / 256)) padded[length - 1 - n] = left % 256;
      const h = [...start];
      for (let at = 0; at < length; at += block) {
        const w = [];
        for (let n = 0; n < 16; n++) w.push(BigInt("0x" + hex(padded.subarray(at + n * width / 8, at + (n + 1) * width / 8))));
        for (let n = 16; n < rounds; n++) w.push((w[n - 16] + mix(w[n - 15], small0, true) + w[n - 7] + mix(w[n - 2], small1, true)) & mask);
        let [a, b, c, d, e, f, g, i] = h;
        for (let n = 0; n < rounds; n++) {
          const one = i + mix(e, big1) + ((e & f) ^ (~e & mask & g)) + K[n] + w[n], two = mix(a, big0) + ((a & b) ^ (a & c) ^ (b & c));
          [i, g, f, e, d, c, b, a] = [g, f, e, (d + one) & mask, c, b, a, (one + two) & mask];
        }
        [a, b, c, d, e, f, g, i].forEach((value, n) => { h[n] = (h[n] + value) & mask; });
      }
      return Uint8Array.from(h.map((word) => word.toString(16).padStart(width / 4, "0")).join("").match(/../g), (pair) => parseInt(pair, 16));
    };
  };
  const sha256 = sha2(32, 64, [2n, 13n, 22n], [6n, 11n, 25n], [7n, 18n, 3n], [17n, 19n, 10n]);
  const sha512 = sha2(64, 80, [28n, 34n, 39n], [14n, 18n, 41n], [1n, 8n, 7n], [19n, 61n, 6n]);
  const hmac = (key, message) => { // RFC 2104; a key of 32 bytes
    const pad = (byte) => Uint8Array.from({ length: 64 }, (_, n) => (key[n] ?? 0) ^ byte);
    return sha256(join(pad(0x5c), sha256(join(pad(0x36), message))));
  };

  // Ed25519 (RFC 8032 §5.1)

  const P = (1n << 255n) - 19n, ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
  const mod = (x) => { const rest = x % P; return rest < 0n ? rest + P : rest; };
  const power = (x, n) => { let found = 1n; for (; n; n >>= 1n, x = mod(x * x)) if (n & 1n) found = mod(found * x); return found; };
  const D = mod(-121665n * power(121666n, P - 2n)), ROOT = power(2n, (P - 1n) / 4n);
  const number = (bytes) => BigInt("0x" + hex([...bytes].reverse()));
  const add = ([px, py, pz, pt], [qx, qy, qz, qt]) => {
    const a = mod((py - px) * (qy - qx)), b = mod((py + px) * (qy + qx)), c = mod(2n * pt * qt * D), d = mod(2n * pz * qz);
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  };
  const times = (n, point) => { let sum = [0n, 1n, 1n, 0n]; for (; n; n >>= 1n, point = add(point, point)) if (n & 1n) sum = add(sum, point); return sum; };
  const point = (bytes) => {
    const all = number(bytes), sign = all >> 255n, y = all & ((1n << 255n) - 1n);
    if (y >= P) return null;
    const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
    let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
    if (mod(v * x * x - u)) x = mod(x * ROOT);
    if (mod(v * x * x - u) || (x === 0n && sign)) return null;
    if ((x & 1n) !== sign) x = P - x;
    return [x, y, 1n, mod(x * y)];
  };
  const BASE = point(Uint8Array.from({ length: 32 }, (_, n) => (n ? 0x66 : 0x58)));
  const signed = (key, message, signature) => {
    const a = point(key), r = point(signature.subarray(0, 32)), s = number(signature.subarray(32));
    if (!a || !r || s >= ORDER) return false;
    const k = number(sha512(join(signature.subarray(0, 32), key, message))) % ORDER;
    const left = times(s, BASE), right = add(r, times(k, a));
    return mod(left[0] * right[2] - right[0] * left[2]) === 0n && mod(left[1] * right[2] - right[1] * left[2]) === 0n;
  };

  // The code (docs/book-format.md, Certificates)

  const unpacked = (code) => {
    if (!code || code.length > 8192 || code.length % 3 === 1) throw new Unreadable();
    const found = [];
    for (let at = 0; at < code.length; at += 3) {
      const part = [...code.slice(at, at + 3)].map((letter) => LETTERS.indexOf(letter));
      const value = part.reduce((sum, digit) => sum * 41 + digit, 0);
      if (part.includes(-1) || value >= 256 ** (part.length - 1)) throw new Unreadable();
      if (part.length === 3) found.push(value >> 8);
      found.push(value & 255);
    }
    return Uint8Array.from(found);
  };

  const read = (packed) => {
    let at = 0;
    const take = (length) => {
      if (at + length > packed.length) throw new Unreadable();
      return packed.subarray(at, (at += length));
    };
    const count = () => {
      let value = 0n, shift = 0n, byte;
      do { byte = take(1)[0]; value |= BigInt(byte & 127) << shift; shift += 7n; } while (byte > 127);
      if (value >= 1n << 53n || (shift > 7n && byte === 0)) throw new Unreadable();
      return Number(value);
    };
    const below = (limit) => { const value = count(); if (value >= limit) throw new Unreadable(); return value; };
    const word = () => {
      const found = String.fromCharCode(...take(count()));
      if (!/^[a-z0-9_.+/-]*$/.test(found)) throw new Unreadable();
      return found;
    };
    if (take(1)[0] !== 1) throw new Unreadable();
    const c = { firstKey: take(32), keys: [], path: [] };
    for (let left = below(64); left; left--) {
      const confirmed = below(2);
      c.keys.push({ key: take(32), signature: confirmed ? take(64) : null });
    }
    c.size = count(); c.signature = take(64); c.seq = count();
    for (let left = below(64); left; left--) c.path.push(take(32));
    const at_ = new Date(count() * 1000);
    if (isNaN(at_) || at_.getUTCFullYear() > 9999) throw new Unreadable();
    c.at = at_.toISOString().replace(".000Z", "Z");
    c.by = word(); c.salt = take(16); c.certificate = word(); c.kind = KINDS[below(KINDS.length)];
    for (const name of ["unit", "mandate", "decision", "until"]) c[name] = word() || null;
    c.secret = take(32); c.raw = packed.subarray(at);
    try { c.words = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(c.raw); } catch { throw new Unreadable(); }
    return c;
  };

  const idOf = (key) => {
    let bits = number(sha256(key).subarray(0, 16).reverse()) << 2n, found = "";
    for (let n = 0; n < 26; n++, bits >>= 5n) found = "abcdefghijklmnopqrstuvwxyz234567"[Number(bits & 31n)] + found;
    return found;
  };

  const rootOf = (leaf, seq, size, path) => { // RFC 9162 §2.1.3.2
    let at = BigInt(seq), last = BigInt(size) - 1n, found = sha256(join([0], leaf));
    if (at > last) return null;
    for (const other of path) {
      if (last === 0n) return null;
      if (at & 1n || at === last) {
        found = sha256(join([1], other, found));
        while (!(at & 1n) && at) { at >>= 1n; last >>= 1n; }
      } else found = sha256(join([1], found, other));
      at >>= 1n; last >>= 1n;
    }
    return last === 0n ? found : null;
  };

  const check = (code) => {
    const c = read(unpacked(code));
    c.book = idOf(c.firstKey);
    const data = { certificate: c.certificate, kind: c.kind, text: hex(hmac(c.secret, join(utf8("comuna/text/1"), c.raw))), unit: c.unit, mandate: c.mandate, decision: c.decision, until: c.until };
    const leaf = JSON.stringify({ v: 1, book: c.book, seq: c.seq, at: c.at, by: c.by, kind: "certificate.issued/1", salt: hex(c.salt), data });
    const root = rootOf(utf8(leaf), c.seq, c.size, c.path), origin = `comuna/${c.book}`;
    if (!root) throw new Wrong();
    c.signer = c.firstKey; c.confirmed = true;
    c.keys.forEach(({ key, signature }, n) => {
      if (!signature && n === 0) c.confirmed = false;
      else if (!signature || !signed(c.signer, utf8(`comuna/key/1\n${origin}\n${base64(key)}\n`), signature)) throw new Wrong();
      c.signer = key;
    });
    if (!signed(c.signer, utf8(`${origin}\n${c.size}\n${base64(root)}\n`), c.signature)) throw new Wrong();
    return c;
  };

  // The page

  const answer = document.getElementById("answer"), form = document.getElementById("by-hand"), server = document.getElementById("by-server");
  const language = document.documentElement.lang;
  const day = (iso) => new Date(`${iso.slice(0, 10)}T12:00:00Z`).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" });
  const today = () => { const now = new Date(); return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10); };
  const fill = (name, text) => {
    for (const place of answer.querySelectorAll(`[data-fill=${name}]`)) {
      place.textContent = text ?? "";
      const line = place.closest("[data-line]");
      if (line) line.hidden = !text;
    }
  };
  const show = (state, source) => {
    answer.dataset.state = state;
    for (const part of answer.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
    for (const part of answer.querySelectorAll("[data-source]")) part.hidden = part.dataset.source !== source;
    answer.hidden = false;
  };

  const asked = async (book) => {
    try {
      const answered = await fetch(`/c/${book}/revoked.json`, { headers: { accept: "application/json" } });
      return answered.ok ? await answered.json() : null;
    } catch { return null; }
  };

  const standing = (c, told) => {
    if (told) {
      const right = told.keys.filter(({ since }) => since <= Math.max(c.size, 1)).pop();
      if (c.size > told.size || right?.key !== base64(c.signer)) return "disputed";
      if (told.revoked.includes(c.certificate)) return "revoked";
    } else if (!c.confirmed) return "unconfirmed";
    if (c.until && c.until < today()) return "expired";
    return told ? "good" : "unasked";
  };

  const begin = async (written) => {
    const bare = written.replace(/\s/g, ""), code = bare.includes("#") ? bare.slice(bare.indexOf("#") + 1) : bare;
    let c;
    try {
      try { c = check(code); } catch (error) { if (!code.includes("%")) throw error; c = check(decodeURIComponent(code)); }
    } catch (error) {
      show(error instanceof Wrong ? "wrong" : "unreadable", "device");
      answer.focus();
      return;
    }
    fill("words", c.words);
    fill("kind", answer.dataset[c.kind]);
    fill("at", day(c.at));
    fill("until", c.until && day(c.until));
    fill("unit", c.unit);
    fill("act", String(c.seq));
    fill("book", c.book.match(/.{1,4}/g).join(" "));
    fill("group", "");
    server.querySelector("[name=code]").value = code;
    show("asking", "device");
    const told = await asked(c.book);
    fill("group", told?.name);
    fill("unit", told?.units?.[c.unit]?.[language] ?? c.unit);
    show(standing(c, told), "device");
    answer.focus();
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); begin(form.querySelector("[name=code]").value); });
  const fromAddress = () => { if (location.hash.length > 40) begin(location.hash.slice(1)); };
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
