// The reader's own time beside the session's, where the two differ.
for (const line of document.querySelectorAll("[data-reader-time]")) {
  const starts = new Date(line.dataset.starts);
  const offset = line.dataset.starts.match(/([+-])(\d\d):(\d\d)$/);
  const sessions = offset ? (offset[1] === "-" ? 1 : -1) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  if (starts.getTimezoneOffset() === sessions) continue;
  const language = document.documentElement.lang;
  const day = { weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" };
  line.textContent = line.dataset.text.replace("{time}", starts.toLocaleString(language, day));
  line.hidden = false;
}
