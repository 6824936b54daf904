// Makes a table sort, filter and search all its rows; without script it shows the first ones.
"use strict";
{
  const table = document.getElementById("preview");
  const headers = table ? [...table.querySelectorAll("thead tr:first-child th")] : [];
  const places = Object.fromEntries(headers.map((header, i) => [header.textContent, i]));

  const link = (text, address) => {
    const anchor = document.createElement("a");
    anchor.href = address;
    anchor.textContent = text;
    return anchor.outerHTML;
  };
  const escaped = (text) => {
    const span = document.createElement("span");
    span.textContent = text;
    return span.innerHTML;
  };
  const cell = ({ folder, page, place, elsewhere, by }) => (text, use, row) => {
    if (use !== "display" || !text) return text;
    const address = elsewhere && addresses[elsewhere][by ? `${row[places[by]]} ${text}` : text];
    if (address) return link(text, address);
    if (folder) return link(text, `../${folder}/${row[places[page]]}.html${place ? `#${row[places[place]]}` : ""}`);
    return /^https?:\/\//.test(text) ? link(text, text) : escaped(text);
  };

  if (table) {
    const choices = table.querySelector(".choices");
    choices.hidden = false;
    const boxes = [...choices.cells]; // those of columns that are not shown leave the row
    table.tBodies[0].replaceChildren();
    const scroller = table.parentElement;
    const grid = new DataTable(table, {
      data: rows,
      deferRender: true,
      columns: headers.map((header) => ({ render: cell(header.dataset) })),
      createdRow: (_, row, number, cells) => row.forEach((text, i) => cells[i].classList.toggle("long", text.length > 60)),
      pageLength: 25,
      lengthMenu: [10, 25, 100],
      order: [],
      autoWidth: false,
      titleRow: 0,
      // who comes back from a row finds the table as it was; who opens it anew, whole
      stateSave: true,
      stateSaveCallback: (_, state) => history.replaceState({ table: state }, ""),
      stateLoadCallback: () => history.state?.table || null,
      language: { search: "Search all columns", lengthMenu: "_MENU_ rows a page", info: "_START_ to _END_ of _TOTAL_ rows" },
    });
    // only the table scrolls, not what is around it
    const around = table.closest(".dt-container");
    scroller.replaceWith(around);
    table.replaceWith(scroller);
    scroller.replaceChildren(table);
    document.getElementById("cut")?.remove();

    boxes.forEach((box, i) => {
      const field = box.querySelector("input, select"); // the grid puts a wrapper around it
      field.value = grid.column(i).search();
      field.addEventListener("input", () => {
        const exact = field.matches("select") && field.value !== "";
        grid.column(i).search(field.value, { exact }).draw();
      });
    });

    const columns = document.getElementById("columns");
    columns.hidden = false;
    columns.querySelector("p").append(...headers.map((header, i) => {
      const label = document.createElement("label");
      const tick = document.createElement("input");
      tick.type = "checkbox";
      tick.checked = grid.column(i).visible();
      tick.addEventListener("change", () => grid.column(i).visible(tick.checked));
      label.append(tick, ` ${Object.keys(places)[i]}`);
      return label;
    }));
  }
}
