"use strict";
// Reads a long table to its end, a part at a time. Without it there is a button.
(() => {
  const form = document.getElementById("in-read-on");
  form.requestSubmit(form.querySelector("button"));
})();
