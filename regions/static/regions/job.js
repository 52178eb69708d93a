"use strict";
// Looks how far a job is until it is over. Without it the page loads itself anew.
(() => {
  const look = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById("sn-job");
      if (!answer.ok || !found) return location.reload();
      const shown = document.getElementById("sn-job");
      if (!shown.contains(document.activeElement) || !("goesOn" in found.dataset)) shown.replaceWith(found);
      else {
        const bar = shown.querySelector("progress");
        bar.value = found.querySelector("progress").value;
        shown.querySelector("label").textContent = found.querySelector("label").textContent;
      }
      if (!("goesOn" in found.dataset)) return;
    } catch {
      // The network is away: look again.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 1000);
})();
