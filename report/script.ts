/** Filter, order, and a picture to move and to enlarge: all that the page does by itself. */
export const SCRIPT = `
"use strict";
const table = document.getElementById("tenants");
const body = table.tBodies[0];
const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
const filter = document.getElementById("filter");
const shown = document.getElementById("shown");
const show = () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const { row, text } of rows) {
    const hidden = !words.every((word) => text.includes(word));
    if (row.hidden !== hidden) row.hidden = hidden;
    if (!hidden) count++;
  }
  shown.textContent = words.length === 0 ? "" : count + " of " + rows.length + " shown";
};
const fromAddress = () => {
  const wanted = new URLSearchParams(location.hash.slice(1)).get("q");
  if (wanted === null || wanted === filter.value) return;
  filter.value = wanted;
  show();
};
filter.addEventListener("input", () => {
  show();
  location.replace("#" + new URLSearchParams({ q: filter.value }));
});
addEventListener("hashchange", fromAddress);
fromAddress();
for (const button of table.tHead.querySelectorAll("button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const each of table.tHead.querySelectorAll("th")) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const { compare } = new Intl.Collator("en", { numeric: true });
    const value = ({ row }) => row.cells[head.cellIndex].dataset.value ?? row.cells[head.cellIndex].textContent;
    const keyed = rows.map((each) => ({ row: each.row, key: value(each) }));
    keyed.sort((one, other) => (down ? compare(other.key, one.key) : compare(one.key, other.key)));
    body.append(...keyed.map(({ row }) => row));
  });
}
`;
