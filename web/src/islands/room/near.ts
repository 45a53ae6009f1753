// What else happened near an alarm and just before it: two sliders, a list or a table, and the map beside them.
import { element, icon, need } from "../../lib/dom";
import { RequestError, send } from "../../lib/send";
import { number, t, tn } from "../../lib/words";
import { hour } from "./clock";
import { reconcile } from "./lists";
import type { RoomMap } from "./map";
import type { Alarm, Config, Nearby, NearLine } from "./types";

const WAIT_MS = 200; // while a slider moves
/** Stops of the sliders: near each other where it matters. Metres and minutes. */
const RADII = [50, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000];
const SPANS = [5, 10, 15, 30, 60, 120, 240, 480, 720, 1_440, 2_880, 10_080];

function radius(metres: number): string {
  return metres < 1_000 ? t("%(n)s m", { n: metres }) : t("%(n)s km", { n: metres / 1_000 });
}

function span(minutes: number): string {
  if (minutes < 60) return t("%(n)s min", { n: minutes });
  return minutes < 1_440 ? t("%(n)s h", { n: minutes / 60 }) : t("%(n)s d", { n: minutes / 1_440 });
}

export class Near {
  private alarm: Alarm | undefined;
  private asking: AbortController | undefined;
  private timer = 0;
  private readonly title: HTMLElement;
  private readonly said: HTMLElement;
  private readonly list: HTMLElement;
  private readonly table: HTMLElement;
  private readonly sliders: Record<"radius" | "span", HTMLInputElement>;

  constructor(
    private readonly panel: HTMLElement,
    private readonly config: Config,
    private readonly map: () => RoomMap | undefined,
    private readonly onClosed: () => void,
  ) {
    this.title = need("[data-near-title]", panel);
    this.said = need("[data-near-said]", panel);
    this.list = need("[data-near-list]", panel);
    this.table = need("[data-near-table] tbody", panel);
    this.sliders = { radius: need<HTMLInputElement>("[data-near-radius]", panel), span: need<HTMLInputElement>("[data-near-span]", panel) };
    for (const slider of Object.values(this.sliders)) {
      slider.addEventListener("input", () => {
        this.label();
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => void this.ask(), WAIT_MS);
      });
    }
    need("[data-near-close]", panel).addEventListener("click", () => this.close());
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    const look = need<HTMLButtonElement>("[data-near-look]", panel);
    look.addEventListener("click", () => {
      const isTable = look.getAttribute("aria-pressed") !== "true";
      look.setAttribute("aria-pressed", String(isTable));
      this.list.hidden = isTable;
      need("[data-near-table]", panel).hidden = !isTable;
    });
  }

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  open(alarm: Alarm): void {
    this.alarm = alarm;
    this.panel.hidden = false;
    this.title.textContent = `${alarm.title} · ${alarm.about}`;
    this.label();
    this.sliders.radius.focus();
    void this.ask();
  }

  close(): void {
    if (this.panel.hidden) return;
    this.asking?.abort();
    this.panel.hidden = true;
    this.map()?.clearNear();
    this.onClosed();
  }

  private get asked(): { metres: number; minutes: number } {
    return { metres: RADII[Number(this.sliders.radius.value)] ?? 500, minutes: SPANS[Number(this.sliders.span.value)] ?? 120 };
  }

  private label(): void {
    const { metres, minutes } = this.asked;
    for (const [slider, said] of [[this.sliders.radius, radius(metres)], [this.sliders.span, span(minutes)]] as const) {
      slider.setAttribute("aria-valuetext", said);
      need("output", slider.closest("label") ?? this.panel).textContent = said;
    }
  }

  private async ask(): Promise<void> {
    if (this.alarm === undefined) return;
    this.asking?.abort();
    this.asking = new AbortController();
    const { metres, minutes } = this.asked;
    const address = `${this.config.near.replace("KEY", this.alarm.key)}?radius=${metres}&minutes=${minutes}`;
    try {
      this.show((await (await send(address, { signal: this.asking.signal })).json()) as Nearby);
    } catch (error) {
      if (error instanceof RequestError) this.said.textContent = error.message;
      else if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    }
  }

  private show(found: Nearby): void {
    const count = found.rows.length;
    const about = found.point === null ? t("Nothing places this alarm: only the time was looked at.") : "";
    const cut = found.is_cut ? t("The likeliest are shown: draw the circle or the time closer for the others.") : "";
    this.said.textContent = [count === 0 ? t("Nothing else that you may see.") : tn("%(count)s fact besides.", "%(count)s facts besides.", count), about, cut].filter((part) => part !== "").join(" ");
    reconcile(this.list, found.rows, ({ id }) => id, () => element("li", { class: "room-near__row" }), (host, row) => host.replaceChildren(...item(row)));
    reconcile(this.table, found.rows, ({ id }) => id, () => element("tr"), (host, row) => host.replaceChildren(...cells(row, this.config.severities)));
    this.map()?.showNear(found.point, found.radius, found.rows);
  }
}

function item(row: NearLine): Node[] {
  return [
    element("span", { class: `mark--${row.severity}` }, icon(`severity-${row.severity}`)),
    element(
      "span",
      { class: "room-line__body" },
      element("a", { class: "room-line__title", href: row.url, target: "_blank", rel: "noopener", title: t("(new window)") }, row.title),
      element("span", { class: "room-near__reason" }, row.reason),
      element("span", { class: "soft" }, [hour(row.at), row.where, row.source].filter((part) => part !== "").join(" · ")),
    ),
  ];
}

function cells(row: NearLine, severities: readonly string[]): Node[] {
  return [
    element("td", {}, hour(row.at)),
    element("td", {}, element("a", { href: row.url, target: "_blank", rel: "noopener", title: t("(new window)") }, row.title)),
    element("td", {}, severities[row.severity - 1] ?? ""),
    element("td", { class: "num" }, row.distance === null ? "" : number(row.distance)),
    element("td", {}, row.source),
    element("td", {}, row.reason),
  ];
}
