// The one box: suggestions while typing, and the recent questions, which stay in this browser. Without this script the box works as it is.
"use strict";
for (const form of document.querySelectorAll("form.ask[data-suggest]")) {
  const input = form.elements.q, list = document.createElement("ul"), KEEP = 8, STORE = "recent-questions";
  let options = [], current = -1, asked = 0, timer;

  list.id = input.id + "-list";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  list.hidden = true;
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);

  const recent = () => {
    try { return JSON.parse(localStorage.getItem(STORE)) || []; } catch { return []; }
  };
  const keep = (questions) => {
    try { localStorage.setItem(STORE, JSON.stringify(questions)); } catch { /* a browser that keeps nothing */ }
  };

  function show(found) {
    options = found;
    current = -1;
    list.replaceChildren(...found.map((each, at) => {
      const item = document.createElement("li"), hint = document.createElement("span");
      item.id = `${list.id}-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = each.label + " ";
      hint.className = "quiet";
      hint.textContent = each.hint;
      item.append(hint);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(at); });
      return item;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
    input.removeAttribute("aria-activedescendant");
  }

  function mark(at) {
    if (current >= 0) list.children[current].setAttribute("aria-selected", "false");
    current = (at + options.length) % options.length;
    list.children[current].setAttribute("aria-selected", "true");
    list.children[current].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[current].id);
  }

  function choose(at) {
    if (options[at].forget) { keep([]); show([]); return; }
    input.value = options[at].text;
    show([]);
    input.focus();
    if (options[at].again) form.requestSubmit();
  }

  function remember() {
    const questions = recent();
    return questions.length ? [...questions.map((text) => ({ text, label: text, hint: form.dataset.recent, again: true })), { forget: true, label: form.dataset.forget, hint: "", text: "" }] : [];
  }

  async function suggest() {
    const mine = ++asked, text = input.value.trimStart();
    if (!text) return show(remember());
    try {
      const response = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`);
      const found = response.ok ? (await response.json()).suggestions : [];
      if (mine === asked && document.activeElement === input) show(found);
    } catch { if (mine === asked) show([]); }
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(suggest, 120);
  });
  input.addEventListener("compositionend", suggest);
  input.addEventListener("focus", () => { if (!input.value) show(remember()); });
  input.addEventListener("blur", () => show([]));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !options.length) return;
    if (event.key === "ArrowDown") mark(current + 1);
    else if (event.key === "ArrowUp") mark(current < 0 ? options.length - 1 : current - 1);
    else if (event.key === "Escape") show([]);
    else if (event.key === "Enter" && current >= 0) choose(current);
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", () => {
    const text = input.value.trim();
    if (text && text.length <= 60) keep([text, ...recent().filter((each) => each !== text)].slice(0, KEEP));
  });
}
