"use strict";
// Recording one check after the other without a mouse. Everything works without it.
(() => {
  const form = document.getElementById("ev-form");
  const script = document.getElementById("ev-script");
  const method = form.elements.namedItem("method");
  const unfold = () => {
    if (method.value === "call") script.open = true;
  };
  method.addEventListener("change", unfold);
  unfold();

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.sn-main"));
      return;
    }
    const typing = event.target.closest("input:not([type=radio]), textarea, select, .select2-container");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const results = form.elements.namedItem("result");
    const chosen = results[Number(event.key) - 1];
    if (chosen) {
      chosen.checked = true;
      chosen.focus();
    } else if (event.key === "n") {
      document.getElementById("ev-skip")?.click();
    }
  });
})();
