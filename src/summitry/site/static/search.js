// Searches names, other spellings and titles as one types, and offers similar names for a typing mistake; the index is
// loaded when somebody starts.
"use strict";

// how many letters must be changed, added, left out or swapped to make one word the start of another
function mistakes(given, word) {
  let [before, last] = [[], [...word, ""].map((_, i) => i)];
  for (let i = 1; i <= given.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= word.length; j += 1) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (given[i - 1] === word[j - 1] ? 0 : 1));
      const swapped = given[i - 1] === word[j - 2] && given[i - 2] === word[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return Math.min(...last);
}

// the words with the fewest mistakes, none that has more than two; a short word with a mistake could be anything
function similarWords(given, words) {
  const counted = [...words].map((word) => [mistakes(given, word), word]);
  const least = Math.min(2, Math.floor((given.length - 1) / 3), ...counted.map(([n]) => n));
  return counted.filter(([n]) => n === least).map(([, word]) => word);
}

{
  const root = document.currentScript.dataset.root;
  const most = 12;
  const mostSimilar = 5;
  // what may be meant by a word with a mistake: not a title of a source, a column or a page of the guide
  const named = (path) => /^(actors|demands|documents|events|places)\//.test(path);
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

  // every word, or its singular, must start a word; a whole name comes first, then its own words, those of other names,
  // and names that start so, of equal ones the shorter; outlets and sources come last
  const find = (text) => {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length || typeof entries === "undefined") return [];
    const singular = words.map((word) => word.replace(/(?<=...[^s])s$/, ""));
    const asked = [words, singular].map((given) => ` ${given.join(" ")} `);
    const last = { Event: 0.5, Document: 0.5, Media: 5, Source: 10 };
    const rank = ([name, names, kind]) => {
      const own = ` ${names.split(" | ")[0]} `;
      const tests = [
        (phrase) => `| ${names} |`.includes(`|${phrase}|`),
        (phrase) => own.includes(phrase),
        (phrase) => ` ${names} `.includes(phrase),
        () => own.startsWith(` ${singular[0]}`),
        () => true,
      ];
      return tests.findIndex((test) => asked.some(test)) + (last[kind.split(" ")[0]] || 0) + name.length / 1000;
    };
    return entries
      .filter(([, names]) => singular.every((word) => ` ${names}`.includes(` ${word}`)))
      .map((entry) => [rank(entry), entry])
      .sort(([a], [b]) => a - b)
      .slice(0, most)
      .map(([, entry]) => entry);
  };

  // for a text that is in no name: the names whose words are most like its own
  const similar = (text) => {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length || typeof entries === "undefined") return [];
    const names = entries.filter(([, , , path]) => named(path)).map((entry) => [new Set(entry[1].split(" ")), entry]);
    const all = new Set(names.flatMap(([parts]) => [...parts]));
    const meant = words.map((word) => similarWords(word, all));
    return names
      .filter(([parts]) => meant.every((group) => group.some((word) => parts.has(word))))
      .slice(0, mostSimilar)
      .map(([, [name, , kind, path]]) => [name, `${kind} · did you mean?`, path]);
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
    const found = find(text).map(([name, , kind, path]) => [name, kind, path]);
    const offered = found.some(([, , path]) => named(path)) ? [] : similar(text);
    if (text) found.push([`“${text}” in statements`, "Search", `statements.html?words=${encodeURIComponent(text)}`]);
    found.push(...offered);
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
