// The same numbers as a table: beside the time line and beside the map, for whoever does not see or trust a picture.
import { element, need } from "../../lib/dom";
import { send } from "../../lib/send";
import { number, t } from "../../lib/words";
import type { Answer } from "./types";
import type { Session } from "./session";

/** A button that swaps a picture for its table; the table is filled only while it is shown. */
class Swap {
  private readonly button: HTMLButtonElement;
  private readonly table: HTMLElement;
  private readonly picture: HTMLElement;

  constructor(
    root: HTMLElement,
    name: string,
    private readonly fill: (host: HTMLElement) => void | Promise<void>,
  ) {
    this.button = need<HTMLButtonElement>(`[data-table-toggle="${name}"]`, root);
    this.table = need(`[data-table="${name}"]`, root);
    this.picture = need(`[data-picture="${name}"]`, root);
    this.button.addEventListener("click", () => {
      const isTable = this.table.hidden;
      this.table.hidden = !isTable;
      this.picture.hidden = isTable;
      this.button.setAttribute("aria-pressed", String(isTable));
      this.renew();
    });
  }

  renew(): void {
    if (!this.table.hidden) void this.fill(this.table);
  }
}

export function startTables(session: Session, zoneTableAddress: string): void {
  const swaps = [
    new Swap(session.root, "timeline", (host) => host.replaceChildren(timelineTable(session.answer))),
    new Swap(session.root, "map", async (host) => {
      const parameters = new URLSearchParams(session.answer.query);
      const answer = await send(`${zoneTableAddress}?${parameters}`, { headers: { Accept: "text/html" } });
      host.innerHTML = await answer.text();
    }),
  ];
  session.on(() => {
    for (const swap of swaps) swap.renew();
  });
}

function timelineTable({ timeline }: Answer): HTMLElement {
  const rows = timeline.starts.map((_start, bar) => ({
    label: timeline.labels[bar] ?? "",
    counts: [timeline.selected[bar] ?? 0, ...timeline.families.map((family) => family.counts[bar] ?? 0)],
  }));
  const heads = [t("Period"), t("Facts"), ...timeline.families.map((family) => family.label)];
  return element(
    "table",
    { class: "table table--compact" },
    element("caption", { class: "visually-hidden" }, t("Facts over time, the same numbers as the chart")),
    element("thead", {}, element("tr", {}, ...heads.map((head, column) => element("th", { scope: "col", class: column > 0 ? "number" : "" }, head)))),
    element(
      "tbody",
      {},
      ...rows
        .filter((row) => row.counts.some((count) => count > 0))
        .map((row) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, row.label),
            ...row.counts.map((count) => element("td", { class: "number" }, number(count))),
          ),
        ),
    ),
  );
}
