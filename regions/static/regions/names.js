"use strict";
// Names for readers aloud of what others build: the theme has no main part, and boxes that Select2 and SimpleBar make
// do not say what they are for.
(() => {
  const named = (select) => select?.getAttribute("aria-label") || select?.labels?.[0]?.textContent.trim();
  const behind = (box) => {
    const before = box.closest(".select2-container").previousElementSibling;
    const id = /^select2-(.+)-results$/.exec(box.getAttribute("aria-controls") ?? "")?.[1];
    return before?.matches("select") ? before : document.getElementById(id);
  };
  const heading = (box) => document.getElementById(box.closest("fieldset")?.getAttribute("aria-labelledby"))?.textContent.trim();
  const name = () => {
    for (const box of document.querySelectorAll(".select2-selection, .select2-selection__rendered, .select2-search__field")) {
      const said = !box.hasAttribute("aria-label") && named(behind(box));
      if (!said) continue;
      box.setAttribute("aria-label", said);
      box.removeAttribute("aria-labelledby");
    }
    // Select2 puts the cross that clears all among the points of the list of what is chosen.
    for (const cross of document.querySelectorAll("ul > .select2-selection__clear")) cross.setAttribute("role", "listitem");
    for (const box of document.querySelectorAll(".simplebar-content-wrapper[role=region]")) {
      const said = heading(box);
      if (said) box.setAttribute("aria-label", said);
      else box.removeAttribute("role");
      if (!said) box.removeAttribute("aria-label");
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("main")) (document.getElementById("main") ?? document.querySelector("body > div"))?.setAttribute("role", "main");
    // The theme puts buttons into import-export's list of links; and the column of delete boxes has no heading to read.
    for (const list of document.querySelectorAll("ul.object-tools")) list.setAttribute("role", "none");
    for (const cell of document.querySelectorAll("th")) if (!cell.textContent.trim()) cell.setAttribute("aria-hidden", "true");
    document.getElementById("nav-sidebar-inner")?.setAttribute("aria-label", document.title.split("|").pop().trim());
    // Django's calendar has the letters of English weekdays in every language, and its own way to write a month.
    const calendar = window.CalendarNamespace;
    if (calendar && document.documentElement.lang.startsWith("zh")) {
      const draw = calendar.draw;
      calendar.daysOfWeekInitial = [..."日一二三四五六"];
      calendar.draw = (month, year, id, ...more) => {
        draw.call(calendar, month, year, id, ...more);
        const caption = document.getElementById(id)?.querySelector("caption");
        if (caption) caption.textContent = `${year}-${String(month).padStart(2, "0")}`;
      };
    }
    new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
    name();
  });
})();
