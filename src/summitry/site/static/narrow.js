// Narrows every list of a page to the entries with some words, in their text or in other names of theirs or of their
// group, and hides the groups without any; without script the lists are whole.
"use strict";
{
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const box = document.querySelector(".narrowing input");
  const items = [...document.querySelectorAll(box.dataset.narrows)];
  const groups = [...document.querySelectorAll("[data-group]")];
  const groupNames = (item) => item.closest("[data-group][data-names]")?.dataset.names || "";
  const texts = items.map((item) => plain(`${item.textContent} ${item.dataset.names || ""} ${groupNames(item)}`));
  const shown = (parent) => items.filter((item) => !item.hidden && parent.contains(item));
  const narrow = () => {
    const words = plain(box.value).split(/\s+/);
    items.forEach((item, i) => { item.hidden = !words.every((word) => texts[i].includes(word)); });
    groups.forEach((group) => { group.hidden = !shown(group).length; });
    // an entry of two lists is found once
    const found = new Set(shown(document).map((item) => item.querySelector("a").href));
    box.closest("p").querySelector("output").textContent = box.value ? `${found.size} found` : "";
    history.replaceState({ narrowed: box.value }, "");
  };
  box.addEventListener("input", narrow);
  box.value = history.state?.narrowed || ""; // back from an entry
  if (box.value) narrow();
  box.closest("p").hidden = false;
}
