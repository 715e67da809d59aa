// Where something was refused: back to the form, which the browser still has as it was sent.
"use strict";
if (history.length > 1) {
  const back = document.getElementById("back");
  const kept = document.getElementById("kept");
  back.hidden = false;
  if (kept) kept.open = false;
  back.querySelector("button").addEventListener("click", () => history.back());
  back.querySelector("button").focus();
}
