// Narrows a list to the entries with some words, in their text or in other names; without script the list is whole.
"use strict";
{
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const box = document.querySelector(".narrowing input");
  const items = [...document.querySelectorAll(box.dataset.narrows)];
  const texts = items.map((item) => plain(`${item.textContent} ${item.dataset.names || ""}`));
  box.addEventListener("input", () => {
    const words = plain(box.value).split(/\s+/);
    items.forEach((item, i) => { item.hidden = !words.every((word) => texts[i].includes(word)); });
    const left = items.filter((item) => !item.hidden).length;
    box.closest("p").querySelector("output").textContent = box.value ? `${left} found` : "";
  });
  box.closest("p").hidden = false;
}
