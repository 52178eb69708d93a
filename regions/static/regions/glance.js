// Names in the boxes of the overview, while somebody types. Without this script the boxes take the same names.
"use strict";
for (const input of document.querySelectorAll("input[data-names]")) {
  const list = input.list;
  let asked = 0, timer;
  const suggest = async () => {
    const mine = ++asked, text = input.value.trim();
    if (!text || [...list.options].some((option) => option.value === input.value)) return;
    try {
      const response = await fetch(`${input.dataset.names}?q=${encodeURIComponent(text)}`);
      const found = response.ok ? (await response.json()).names : [];
      if (mine !== asked) return;
      // What was found by its letters is shown too: browsers leave out an option in which the text does not stand.
      list.replaceChildren(...found.map((name) => {
        const option = new Option("", name);
        if (!name.includes(text)) option.label = `${name} ${text}`;
        return option;
      }));
    } catch { /* without the network the box stays a box */ }
  };
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(suggest, 150);
  });
  input.addEventListener("compositionend", suggest);
}
