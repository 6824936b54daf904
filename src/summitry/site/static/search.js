// Searches names, other spellings and titles as one types; the index is loaded when somebody starts.
"use strict";
{
  const root = document.currentScript.dataset.root;
  const most = 12;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const form = document.getElementById("find");
  const box = form.querySelector("input");
  const list = document.getElementById("found");
  let chosen = -1;

  const load = () => {
    if (load.started) return;
    load.started = true;
    const script = document.createElement("script");
    script.src = `${root}search/names.js`;
    script.onload = show;
    document.head.append(script);
  };

  // every word must start a word; entries that start with the first word come first
  const find = (text) => {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length || typeof entries === "undefined") return [];
    const fits = entries.filter(([, names]) => words.every((word) => ` ${names}`.includes(` ${word}`)));
    const rank = ([name, , kind]) => (plain(name).startsWith(words[0]) ? 0 : 1) + (kind === "Source" ? 2 : 0);
    return fits.sort((a, b) => rank(a) - rank(b)).slice(0, most);
  };

  const choose = (number) => {
    const options = [...list.children];
    chosen = options.length ? (number + options.length) % options.length : -1;
    options.forEach((option, i) => option.setAttribute("aria-selected", i === chosen));
    if (chosen < 0) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };

  const option = (name, kind, path, i) => {
    const item = document.createElement("li");
    item.id = `found-${i}`;
    item.setAttribute("role", "option");
    item.dataset.path = path;
    const what = document.createElement("span");
    what.className = "quiet";
    what.textContent = kind;
    item.append(name, what);
    return item;
  };

  function show() {
    const text = box.value.trim();
    const found = text ? find(text).map(([name, , kind, path]) => [name, kind, path]) : [];
    if (text) found.push([`“${text}” in statements`, "Search", `statements.html?words=${encodeURIComponent(text)}`]);
    list.replaceChildren(...found.map(([name, kind, path], i) => option(name, kind, path, i)));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    choose(found.length ? 0 : -1);
  }

  const go = (item) => {
    if (item) location.href = root + item.dataset.path;
  };

  box.addEventListener("focus", load);
  box.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    }
    if (event.key === "Escape") list.hidden = true;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(list.children[chosen]);
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    go(event.target.closest("li"));
  });
  box.addEventListener("blur", () => { list.hidden = true; });
  form.hidden = false;
  const here = document.querySelector(".top nav [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 24;
}
