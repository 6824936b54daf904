// Filters the statements; the address has the choice, so that it can be kept and shared.
"use strict";
{
  const step = 40; // statements shown at once
  const { columns, statements, sources, actors, demands, labels, marks } = explorer;
  const form = document.getElementById("filters");
  const results = document.getElementById("results");
  const further = document.getElementById("further");
  const unknown = document.getElementById("unknown");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const named = (names, cells) => Object.fromEntries(names.map((name, i) => [name, cells[i]]));

  for (const s of statements) {
    Object.assign(s, named(columns.statements, s.cells));
    for (const t of s.stances) Object.assign(t, named(columns.stances, t.cells));
    s.languages = new Set(s.mentions.map(([source]) => sources[source][3]));
  }

  // what the words of a search are looked for in; made when it is first needed
  const text = (s) => {
    const people = [s.speaker_id, ...s.stances.map((t) => t.holder_id)].flatMap((id) => [actors[id][0], ...actors[id][1]]);
    const reports = s.mentions.flatMap(([source, quote]) => [quote, sources[source][1], sources[source][2]]);
    const about = s.stances.map((t) => demands[t.demand_id]);
    s.text ??= plain([s.statement_id, s.summary, s.said, ...people, ...reports, ...about].join(" "));
    return s.text;
  };

  // a word is also found in the name that its bearer usually has: "zelenskyy" in "Zelensky"
  const usual = (word) => {
    const found = new Set([word]);
    if (word.length > 3) {
      for (const [name, others] of Object.values(actors)) {
        if (others.some((other) => plain(other).split(/\s+/).includes(word))) found.add(plain(name).split(/\s+/).at(-1));
      }
    }
    return [...found];
  };

  const taken = (t, c) =>
    (!c.demand || t.demand_id === c.demand) && (!c.holder || t.parties.includes(c.holder)) &&
    (!c.position || c.position.split(" ").includes(t.position)) && (!c.attribution || t.attribution === c.attribution);
  const onStance = (c) => ["demand", "holder", "position", "attribution"].some((name) => c[name]);

  // a statement of a range of days fits if it may have been made in time; undated ones fit no limit
  const inTime = (s, { since, until }) =>
    (!since && !until) ||
    (Boolean(s.said_from || s.said_to) && (!since || !s.said_to || s.said_to >= since) && (!until || !s.said_from || s.said_from <= until));

  const fits = (s, c, words) =>
    (!c.speaker || s.speaker_id === c.speaker) && (!c.party || s.party === c.party) && (!c.issue || s.issue === c.issue) &&
    (!c.act || s.act === c.act) && (!c.language || s.languages.has(c.language)) && inTime(s, c) &&
    (!onStance(c) || s.stances.some((t) => taken(t, c))) &&
    words.every((alternatives) => alternatives.some((word) => text(s).includes(word)));

  const element = (name, attributes, ...content) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  };
  const actor = (id) => element("a", { href: `actors/${id}.html` }, actors[id][0]);
  const stance = (t) => {
    const mark = element("span", { class: "position" });
    mark.innerHTML = marks[t.position];
    mark.append(` ${labels.position[t.position].toLowerCase()}`);
    const condition = t.condition || demands[t.condition_demand_id];
    const item = element("li", {}, actor(t.holder_id), " ", mark, " ",
      element("a", { href: `demands/${t.demand_id}.html#${t.parties[0]}` }, demands[t.demand_id]));
    if (condition) item.append(" ", element("span", { class: "condition" }, `on condition: ${condition}`));
    if (t.attribution !== "self") item.append(" ", element("span", { class: "quiet" }, `(${labels.attribution[t.attribution].toLowerCase()})`));
    return item;
  };
  const report = ([number, quote, language]) => {
    const [id, title, outlet, of, day] = sources[number];
    const words = quote ? element("blockquote", { lang: language || "und" }, `“${quote}”`) : element("p", { class: "quiet" }, "Reported without a quotation.");
    return element("li", {}, words, element("p", { class: "source" }, `${outlet}, ${day}: `, element("a", { href: `sources/${id}.html`, lang: of }, title)));
  };
  const article = (s) => {
    const n = s.mentions.length;
    const made = element("article", { class: "statement", "data-speaker": s.speaker_id },
      element("h2", {}, element("a", { href: `statements/${s.statement_id}.html` }, s.summary)),
      element("p", { class: "who" }, actor(s.speaker_id)),
      element("p", { class: "facts" }, element("span", { class: "tag" }, labels.act[s.act]), " ", element("span", { class: "tag" }, labels.issue[s.issue]), ` ${s.said}`));
    const positions = s.stances.filter((t) => taken(t, chosen));
    if (positions.length) made.append(element("ul", { class: "stances" }, ...positions.map(stance)));
    const summary = element("summary", {}, n === 1 ? "1 report" : `${n} reports`, element("span", { class: "hidden" }, ` of: ${s.summary}`));
    made.append(element("details", {}, summary, element("ul", { class: "mentions" }, ...s.mentions.map(report))));
    return made;
  };

  // where nothing is found: the same words with the most similar one of a name for each that is in no statement
  const meant = (words) => {
    const names = [...Object.values(actors).flat(2), ...Object.values(demands)];
    const all = new Set(names.flatMap((name) => plain(name).split(/\s+/)));
    const known = (word) => all.has(word) || statements.some((s) => text(s).includes(word));
    const other = words.map((word) => (known(word) ? word : similarWords(word, all)[0]));
    return other.every(Boolean) && other.some((word, i) => word !== words[i]) ? other.join(" ") : "";
  };
  const suggestion = (words) =>
    words ? ["Did you mean ", element("a", { href: `?${new URLSearchParams({ ...chosen, words })}` }, words), "?"] : [];

  let found = [], listed = [], chosen = {}, shown = 0;
  const more = () => {
    results.append(...listed.slice(shown, shown + step).map(article));
    shown = Math.min(shown + step, listed.length);
    further.hidden = shown >= listed.length;
  };
  const show = () => {
    chosen = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
    const asked = Object.keys(chosen).length > 0;
    const words = plain(chosen.words || "").split(/\s+/).filter(Boolean);
    const alternatives = words.map(usual);
    found = statements.filter((s) => fits(s, chosen, alternatives));
    listed = asked ? found : found.filter((s) => s.said_to).reverse(); // the newest first, for who has not asked yet
    results.replaceChildren();
    shown = 0;
    more();
    document.getElementById("days").hidden = asked;
    document.getElementById("nothing").hidden = found.length > 0;
    document.getElementById("meant").replaceChildren(...suggestion(found.length ? "" : meant(words)));
    document.getElementById("count").textContent = asked ? `${found.length} of ${statements.length} statements` : `${found.length} statements, the newest first`;
  };
  const address = () => {
    const query = new URLSearchParams(chosen).toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
    unknown.hidden = true;
  };

  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const save = (name, header, rows) => {
    const csv = [header, ...rows].map((row) => `${row.map(quoted).join(",")}\n`).join("");
    const link = element("a", { href: URL.createObjectURL(new Blob([csv], { type: "text/csv" })), download: `${name}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const byFirstCell = (rows) => rows.map(({ cells }) => cells).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  document.getElementById("save-statements").addEventListener("click", () => save("statements", columns.statements, byFirstCell(found)));
  document.getElementById("save-stances").addEventListener("click", () =>
    save("stances", columns.stances, byFirstCell(found.flatMap((s) => s.stances.filter((t) => taken(t, chosen))))));

  // a day or a month in the address, as ?month=2025-08, is a time like any other
  const asTime = (given) => {
    const name = given.has("day") ? "day" : "month";
    const [, year, month, day] = /^(\d{4})-(0[1-9]|1[0-2])(?:-([0-2]\d|3[01]))?$/.exec(given.get(name)) || [];
    if (!year) return;
    const written = (...parts) => new Date(Date.UTC(...parts)).toISOString().slice(0, 10);
    given.delete(name);
    given.set("since", written(year, month - 1, day || 1));
    given.set("until", day ? written(year, month - 1, day) : written(year, month, 0));
  };

  // an address is a choice, ?speaker=…&since=…; older ones have it, or the id of a statement, behind a #
  const arrive = () => {
    const place = decodeURIComponent(location.hash.slice(1));
    if (place && statements.some((s) => s.statement_id === place)) return location.replace(`statements/${place}.html`);
    const given = new URLSearchParams(place.includes("=") ? place : location.search);
    asTime(given);
    for (const field of form.elements) if (field.name) field.value = given.get(field.name) || "";
    const left = [...given].filter(([name, value]) => value && form.elements[name]?.value !== value);
    unknown.textContent = left.length ? `Left out, as no filter has it: ${left.map((pair) => pair.join("=")).join(", ")}` : "";
    unknown.hidden = !left.length;
    show();
    while (shown < (history.state?.shown || 0)) more(); // back from a statement further down
  };

  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { show(); address(); }, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { show(); address(); }));
  further.querySelector("button").addEventListener("click", () => {
    const next = shown;
    more();
    history.replaceState({ shown }, "");
    results.children[next].querySelector("a").focus();
  });
  addEventListener("popstate", arrive);
  addEventListener("hashchange", arrive);
  form.hidden = false;
  document.getElementById("days").open = false;
  arrive();

  // a narrow screen has the filters folded, unless the address has a choice of theirs
  const telephone = matchMedia("(max-width: 40rem)");
  const fold = () => {
    const filters = document.getElementById("more-filters");
    filters.open = !telephone.matches || [...filters.querySelectorAll("[name]")].some((field) => field.value);
  };
  telephone.addEventListener("change", fold);
  fold();
}
