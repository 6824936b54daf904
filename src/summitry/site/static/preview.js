// Makes the preview of a table sort, filter and search; without script it is a plain table.
"use strict";

const table = document.getElementById("preview");
if (table) {
  const scroller = document.createElement("div");
  const choices = table.querySelector(".choices");
  choices.hidden = false;
  const grid = new DataTable(table, {
    pageLength: 25,
    lengthMenu: [10, 25, 100],
    order: [],
    autoWidth: false,
    titleRow: 0,
    language: { search: "Search all columns", lengthMenu: "_MENU_ rows a page", info: "_START_ to _END_ of _TOTAL_ rows" },
  });
  scroller.className = "scroll";
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", "Rows of the table");
  table.replaceWith(scroller);
  scroller.append(table);
  [...choices.cells].forEach((cell, i) => {
    const field = cell.querySelector("input, select"); // the grid puts a wrapper around it
    field.addEventListener("input", () => {
      const exact = field.matches("select") && field.value !== "";
      grid.column(i).search(field.value, { exact }).draw();
    });
  });
}
