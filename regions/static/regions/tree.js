"use strict";
// A service's coverage as a tree: what is chosen stands here until it is previewed. What results, the sentence and the
// rows below a division come from the server; it has the only rules.
(() => {
  const form = document.getElementById("tr-form");
  const grid = document.getElementById("tr-grid");
  const chosen = new Map(JSON.parse(document.getElementById("tr-choices").textContent).map((each) => [each.code, each]));
  const status = document.getElementById("tr-status");
  const query = document.getElementById("tr-q");
  const found = document.getElementById("tr-found");
  const later = (wait, work) => {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(work, wait);
    };
  };

  // --- Rows

  const rows = () => [...grid.querySelectorAll(".tr-row")];
  const rowOf = (code) => grid.querySelector(`.tr-row[data-code="${code}"]`);
  const parentOf = (row) => rowOf(row.dataset.path.split("/").at(-3));
  const standing = (row) => ({
    code: row.dataset.code,
    kind: row.dataset.kind,
    hours: row.dataset.hours === "" ? null : Number(row.dataset.hours),
    note: row.dataset.note,
    day: "",
  });
  const choiceOf = (row) => chosen.get(row.dataset.code) || standing(row);
  const detailsOf = (row) => (row.nextElementSibling?.classList.contains("tr-details") ? row.nextElementSibling : null);

  function paint(row) {
    const choice = choiceOf(row);
    row.classList.toggle("tr-changed", chosen.has(row.dataset.code));
    for (const button of row.querySelectorAll("[data-choose]")) {
      button.setAttribute("aria-pressed", String(button.dataset.choose === choice.kind));
    }
    const details = detailsOf(row);
    if (details && !details.contains(document.activeElement)) fill(details, choice);
  }

  function fill(details, choice) {
    details.querySelector("[name=note]").value = choice.note;
    details.querySelector("[name=hours]").value = choice.hours ?? "";
    details.querySelector("[name=day]").value = choice.day;
  }

  function take(row, choice) {
    const was = standing(row);
    const same = choice.kind === was.kind && choice.hours === was.hours && choice.note === was.note;
    if (same) chosen.delete(choice.code);
    else chosen.set(choice.code, choice);
    paint(row);
    count();
    look();
  }

  function choose(row, kind) {
    const was = standing(row);
    // What the rule of another kind said of response and note is not said of this one.
    const says = kind && kind === was.kind ? was : { hours: null, note: "" };
    const now = choiceOf(row);
    if (now.kind === kind) return;
    take(row, { ...says, code: was.code, kind, day: now.day });
  }

  function more(row) {
    const open = detailsOf(row);
    const button = row.querySelector("[data-do=more]");
    button.setAttribute("aria-expanded", String(!open));
    if (open) {
      open.remove();
      row.focus();
      return;
    }
    row.after(document.getElementById("tr-details").content.cloneNode(true));
    const details = detailsOf(row);
    fill(details, choiceOf(row));
    details.addEventListener("input", () => {
      const hours = details.querySelector("[name=hours]");
      if (!hours.checkValidity()) return;
      take(row, {
        ...choiceOf(row),
        note: details.querySelector("[name=note]").value.trim(),
        hours: hours.value === "" ? null : Number(hours.value),
        day: details.querySelector("[name=day]").value,
      });
    });
    details.querySelector("input").focus();
  }

  function count() {
    if (!status) return;
    status.textContent = chosen.size ? `${status.dataset.some} ${chosen.size}` : status.dataset.none;
    document.getElementById("tr-preview").disabled = !chosen.size;
  }

  // --- What the server says

  async function ask(fields) {
    const body = new FormData(form);
    body.set("choices", JSON.stringify([...chosen.values()]));
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return answered(await fetch(location.pathname, { method: "POST", body, redirect: "manual" }));
  }

  function answered(response) {
    if (response.type === "opaqueredirect" || response.status === 403) throw new Error("lost");
    if (!response.ok) throw new Error("failed");
    return response;
  }

  function failed(error) {
    if (status) status.textContent = form.dataset[error.message] || form.dataset.failed;
  }

  let asked = 0;
  const look = later(200, async () => {
    const mine = ++asked;
    try {
      const shown = rows().map((row) => row.dataset.code).join(",");
      const told = await (await ask({ do: "look", shown })).json();
      if (mine !== asked) return; // a later question is on its way
      for (const [code, [state, mark, words]] of Object.entries(told.results)) {
        const cell = rowOf(code)?.querySelector(".tr-result");
        if (!cell) continue;
        cell.dataset.state = state;
        cell.querySelector(".tr-mark").textContent = mark;
        cell.querySelector(".tr-words").textContent = words;
      }
      document.getElementById("tr-whole").textContent = told.whole;
      document.getElementById("tr-sentence").textContent = told.sentence || "—";
    } catch (error) {
      failed(error);
    }
  });

  async function open(row, counties = false) {
    if (!row.hasAttribute("aria-expanded")) return;
    if (row.getAttribute("aria-expanded") === "true") {
      if (!counties) return;
      close(row);
    }
    row.setAttribute("aria-expanded", "true");
    try {
      const fields = { do: "open", code: row.dataset.code };
      if (counties) fields.counties = "1";
      const answer = await (await ask(fields)).text();
      if (row.getAttribute("aria-expanded") !== "true" || rows().some((each) => within(each, row))) return;
      (detailsOf(row) || row).insertAdjacentHTML("afterend", answer);
      rows().filter((each) => within(each, row)).forEach(paint);
    } catch (error) {
      row.setAttribute("aria-expanded", "false");
      failed(error);
    }
  }

  const within = (row, top) => row !== top && row.dataset.path.startsWith(top.dataset.path);

  function close(row) {
    row.setAttribute("aria-expanded", "false");
    for (const each of rows().filter((other) => within(other, row))) {
      detailsOf(each)?.remove();
      each.remove();
    }
  }

  // --- Mouse and keys

  // One row can be reached by the tab key, with its buttons; the arrows lead to the others.
  let current = null;
  function mark(row) {
    for (const [each, index] of [[current, -1], [row, 0]]) {
      if (each) for (const one of [each, ...each.querySelectorAll("button")]) one.tabIndex = index;
    }
    current = row;
  }

  function go(row) {
    if (!row) return;
    mark(row);
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  grid.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    const row = event.target.closest(".tr-row");
    if (!button || !row) return;
    const what = button.dataset.do;
    if (button.dataset.choose !== undefined) choose(row, button.dataset.choose);
    else if (what === "more") more(row);
    else if (what === "counties") await open(row, true);
    else if (what === "but") {
      choose(row, "include");
      await open(row);
    } else if (row.getAttribute("aria-expanded") === "true") close(row);
    else await open(row);
  });

  const KINDS = ["", "include", "exclude"];
  grid.addEventListener("keydown", async (event) => {
    const row = event.target;
    if (event.key === "Escape" && row.closest(".tr-details")) {
      more(row.closest(".tr-details").previousElementSibling);
      return;
    }
    if (!row.classList.contains("tr-row") || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = rows();
    const at = all.indexOf(row);
    const opened = row.getAttribute("aria-expanded");
    const writes = row.querySelector("[data-choose]");
    const keys = {
      ArrowDown: () => go(all[at + 1]),
      ArrowUp: () => go(all[at - 1]),
      Home: () => go(all[0]),
      End: () => go(all.at(-1)),
      ArrowRight: () => (opened === "false" ? open(row) : opened && go(all[at + 1])),
      ArrowLeft: () => (opened === "true" ? close(row) : go(parentOf(row))),
      " ": () => writes && choose(row, KINDS[(KINDS.indexOf(choiceOf(row).kind) + 1) % 3]),
      Enter: () => writes && more(row),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    await keys[event.key]();
  });

  grid.addEventListener("focusin", (event) => {
    const row = event.target.closest(".tr-row");
    if (row && row !== current) mark(row);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]")) {
      event.preventDefault();
      query.focus();
    }
  });

  // --- Searching

  async function reveal(above, code) {
    for (const each of above.split(",").filter(Boolean)) {
      const row = rowOf(each);
      if (row && row.getAttribute("aria-expanded") === "false") await open(row);
    }
    go(rowOf(code));
    rowOf(code)?.scrollIntoView({ block: "center" });
    look();
  }

  let searched = 0;
  const search = later(200, async () => {
    const mine = ++searched;
    const text = query.value.trim();
    if (!text) return found.replaceChildren();
    try {
      const response = await fetch(`${location.pathname}?q=${encodeURIComponent(text)}`, { redirect: "manual" });
      const told = await answered(response).json();
      if (mine !== searched) return undefined;
      found.replaceChildren(
        ...told.found.map(({ code, name, above }) => {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = `${name} ${code}`;
          button.addEventListener("click", () => {
            found.replaceChildren();
            reveal(above, code);
          });
          const item = document.createElement("li");
          item.append(button);
          return item;
        }),
      );
      if (!told.found.length) found.textContent = form.dataset.nothing;
    } catch (error) {
      failed(error);
    }
    return undefined;
  });
  query.addEventListener("input", search);
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      const first = found.querySelector("button");
      if (event.key === "Enter") first?.click();
      else first?.focus();
    }
  });

  // --- Leaving

  let leaving = false;
  form.addEventListener("submit", () => {
    form.elements.choices.value = JSON.stringify([...chosen.values()]);
    form.elements.opened.value = rows()
      .filter((row) => row.getAttribute("aria-expanded") === "true")
      .map((row) => row.dataset.code)
      .join(",");
    leaving = true;
  });
  document.getElementById("tr-reset")?.addEventListener("click", () => {
    chosen.clear();
    rows().forEach(paint);
    count();
    look();
  });
  window.addEventListener("beforeunload", (event) => {
    if (chosen.size && !leaving) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });

  rows().forEach(paint);
  if (rows().length) mark(rows()[0]);
  count();
  look();
})();
