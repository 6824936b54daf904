// Filters the statements; the address contains the filters, so that a page can be bookmarked and shared.
"use strict";

const form = document.getElementById("filters");
const articles = [...document.querySelectorAll(".statement")];
const sections = [...document.querySelectorAll("section.day")];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const texts = new Map();
const textOf = (article) => {
  if (!texts.has(article)) texts.set(article, plain(article.textContent));
  return texts.get(article);
};

// a statement of a range of days fits each of them; an open end fits all that follow or go before
const onDay = ({ from, to }, day) => {
  if (day === "undated") return !from && !to;
  return Boolean(from || to) && (!from || from <= day) && (!to || day <= to);
};

const fits = (article, chosen) =>
  ["speaker", "issue", "act"].every((name) => !chosen[name] || article.dataset[name] === chosen[name]) &&
  (!chosen.day || onDay(article.dataset, chosen.day)) &&
  plain(chosen.words || "").split(/\s+/).every((word) => textOf(article).includes(word));

const show = () => {
  const chosen = Object.fromEntries(new FormData(form));
  const found = articles.filter((article) => {
    article.hidden = !fits(article, chosen);
    return !article.hidden;
  });
  for (const section of sections) section.hidden = !section.querySelector(".statement:not([hidden])");
  document.getElementById("nothing").hidden = found.length > 0;
  document.getElementById("count").textContent = `${found.length} of ${articles.length} statements`;
  return Object.entries(chosen).filter(([, value]) => value);
};

const changed = () => {
  const chosen = new URLSearchParams(show());
  history.replaceState(null, "", `#${chosen}`);
};

// an address is either a choice, #speaker=…&day=…, or the place of one statement
const arrive = () => {
  const place = location.hash.slice(1);
  const chosen = new URLSearchParams(place.includes("=") ? place : "");
  for (const field of form.elements) if (field.name) field.value = chosen.get(field.name) || "";
  show();
  const target = document.getElementById(place);
  if (target && target.matches(".statement")) {
    target.querySelector("details").open = true;
    target.scrollIntoView();
  }
};

let waiting;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(changed, 120);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(changed));
document.getElementById("open").addEventListener("click", () => {
  for (const article of articles) if (!article.hidden) article.querySelector("details").open = true;
});
addEventListener("hashchange", arrive);
form.hidden = false;
arrive();
