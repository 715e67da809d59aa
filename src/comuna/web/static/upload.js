// Makes pictures smaller on the reader's own device before a form is sent, and stops a form that the server would refuse
// for its size: what was typed stays where it is. Without this script the server makes pictures smaller itself.
"use strict";
(() => {
  const said = document.currentScript.dataset;
  const LIMIT = Number(said.limit) - 256 * 1024; // the other fields need some room
  const EDGE = 2000; // pixels of the longer side; the server keeps fewer
  const SMALL = 1024 * 1024; // what is smaller goes as it is
  const working = new Map(); // field → when its picture is ready
  const megabytes = (bytes) => (bytes / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  const fields = (form) => [...form.querySelectorAll('input[type="file"]')];

  const note = (field, words, role) => {
    const id = `${field.id || field.name}-says`;
    const described = new Set((field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
    document.getElementById(id)?.remove();
    described.delete(id);
    if (words) {
      const place = document.createElement("p");
      place.id = id;
      place.className = role === "alert" ? "problem" : "small muted";
      place.setAttribute("role", role);
      field.after(place);
      place.textContent = words; // put in after the region is there, so that it is read out
      described.add(id);
    }
    field.toggleAttribute("aria-invalid", false);
    if (words && role === "alert") field.setAttribute("aria-invalid", "true");
    if (described.size) field.setAttribute("aria-describedby", [...described].join(" "));
    else field.removeAttribute("aria-describedby");
  };

  const smaller = async (file) => {
    const picture = await createImageBitmap(file); // upright, as the camera was held
    const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white"; // a JPEG knows no transparency
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
    return made && new File([made], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
  };

  const together = (form) => fields(form).flatMap((each) => [...each.files]).reduce((sum, file) => sum + file.size, 0);

  const tooLarge = (form) => {
    const bytes = together(form);
    if (bytes <= LIMIT) return false;
    const field = fields(form).sort((a, b) => (b.files[0]?.size || 0) - (a.files[0]?.size || 0))[0];
    note(field, said.tooLarge.replace("{size}", megabytes(bytes)).replace("{limit}", Math.floor(said.limit / 1048576)), "alert");
    return field;
  };

  const prepare = async (field) => {
    const file = field.files[0];
    note(field, "", "");
    if (!file) return;
    if (file.size > SMALL && (field.accept || "").includes("image/") && file.type !== "application/pdf") {
      note(field, said.working, "status");
      try {
        const made = await smaller(file);
        if (field.files[0] !== file) return; // another was chosen meanwhile
        if (made && made.size < file.size) {
          const list = new DataTransfer();
          list.items.add(made);
          field.files = list.files;
        }
      } catch { /* no picture that this browser can read: its size decides, and the server says the rest */ }
      if (field.files[0]) note(field, "", "");
    }
    tooLarge(field.form);
  };

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || field.type !== "file" || !field.form) return;
    const ready = prepare(field).finally(() => { if (working.get(field) === ready) working.delete(field); });
    working.set(field, ready);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target, waits = fields(form).map((each) => working.get(each)).filter(Boolean);
    if (waits.length) {
      event.preventDefault();
      const by = event.submitter;
      Promise.all(waits).then(() => form.requestSubmit(by));
      return;
    }
    const field = tooLarge(form);
    if (field) {
      event.preventDefault();
      field.focus();
    }
  });
})();
