// Sorts a table in the page: data-island="sortable" on the table. A cell's data-sort, when given, is what it is sorted by.

import { element, icon } from "../lib/dom";
import { language, t } from "../lib/words";

const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });

function valueOf(row: HTMLTableRowElement, column: number): string {
  const cell = row.cells[column];
  return cell?.dataset["sort"] ?? cell?.textContent.trim() ?? "";
}

function compare(one: string, other: string): number {
  const [first, second] = [Number(one), Number(other)];
  if (one !== "" && other !== "" && !Number.isNaN(first) && !Number.isNaN(second)) return first - second;
  return collator.compare(one, other);
}

function sort(table: HTMLTableElement, head: HTMLTableCellElement): void {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const isUp = head.getAttribute("aria-sort") !== "ascending";
  for (const other of head.parentElement?.children ?? []) if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
  const rows = [...body.rows].sort((one, other) => compare(valueOf(one, head.cellIndex), valueOf(other, head.cellIndex)) * (isUp ? 1 : -1));
  body.append(...rows);
}

export default function start(host: HTMLElement): void {
  const table = host as HTMLTableElement;
  for (const head of table.tHead?.rows[0]?.cells ?? []) {
    if (head.dataset["unsorted"] !== undefined || head.textContent.trim() === "") continue;
    const label = head.textContent.trim();
    const button = element("button", { type: "button", class: "table__sort", title: t("Sort by this column") }, label, icon("arrow-up-down"));
    if (!head.hasAttribute("aria-sort")) head.setAttribute("aria-sort", "none");
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(table, head));
  }
}
