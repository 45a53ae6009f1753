// The tray of the room: groups of one rule, the gravest and longest unanswered first; one row is chosen, by keys or pointer.
import { element, icon } from "../../lib/dom";
import { t, tn } from "../../lib/words";
import { age, hour } from "./clock";
import { reconcile } from "./lists";
import type { Alarm, Config } from "./types";

/** A row of the list: one alarm, or the head of several of one rule. */
type Row = { readonly head: Alarm; readonly count: number } | { readonly alarm: Alarm; readonly isGrouped: boolean };

const STATES: Readonly<Record<string, readonly [string, string, string]>> = {
  unacknowledged: ["bell-ring", "badge--bad", t("rings")],
  acknowledged: ["user-check", "badge--accent", t("taken")],
  returned: ["bell", "badge--warn", t("over, nobody took it")],
  latched: ["lock", "badge--warn", t("over, to be reset")],
};

export const keyOf = (row: Row): string => ("alarm" in row ? row.alarm.key : `head:${groupOf(row.head)}`);

function groupOf({ rule, severity, rings, exercise }: Alarm): string {
  return `${rule}:${severity}:${rings ? 1 : 0}:${exercise ? 1 : 0}`;
}

/** Alarms of one rule, severity and state stand together, where the first of them stands. */
export function grouped(alarms: readonly Alarm[]): Row[] {
  const groups = new Map<string, Alarm[]>();
  for (const alarm of alarms) groups.set(groupOf(alarm), [...(groups.get(groupOf(alarm)) ?? []), alarm]);
  return [...groups.values()].flatMap((group): Row[] => {
    const [head] = group;
    if (head === undefined) return [];
    const rows = group.map((alarm) => ({ alarm, isGrouped: group.length > 1 }));
    return group.length > 1 ? [{ head, count: group.length }, ...rows] : rows;
  });
}

export class Tray {
  chosen: string | undefined;
  private alarms: readonly Alarm[] = [];

  constructor(
    private readonly list: HTMLElement,
    private readonly config: Config,
    private readonly onChosen: (alarm: Alarm | undefined) => void,
  ) {
    list.addEventListener("focusin", (event) => {
      const key = (event.target as Element).closest<HTMLElement>("[data-alarm]")?.dataset["alarm"];
      if (key !== undefined) this.choose(key);
    });
  }

  /** The chosen alarm, as it is now. */
  get alarm(): Alarm | undefined {
    return this.alarms.find(({ key }) => key === this.chosen);
  }

  lay(rows: readonly Row[]): void {
    this.alarms = rows.flatMap((row) => ("alarm" in row ? [row.alarm] : []));
    reconcile(this.list, rows, keyOf, make, (host, row) => ("alarm" in row ? this.draw(host, row.alarm, row.isGrouped) : head(host, row.head, row.count)));
    if (this.chosen !== undefined && this.alarm === undefined) this.choose(undefined);
    this.mark();
    this.onChosen(this.alarm);
  }

  choose(key: string | undefined): void {
    if (key === this.chosen) return;
    this.chosen = key;
    this.mark();
    this.onChosen(this.alarm);
  }

  /** Move to the next or the previous alarm, and give it the focus. */
  step(by: 1 | -1): void {
    const at = this.alarms.findIndex(({ key }) => key === this.chosen);
    this.focus(this.alarms[at === -1 ? 0 : Math.min(this.alarms.length - 1, Math.max(0, at + by))]?.key);
  }

  focus(key: string | undefined): void {
    if (key === undefined) return;
    this.choose(key);
    this.list.querySelector<HTMLElement>(`[data-alarm="${CSS.escape(key)}"] [data-around]`)?.focus();
  }

  private mark(): void {
    for (const row of this.list.querySelectorAll<HTMLElement>("[data-alarm]")) row.classList.toggle("room-alarm--chosen", row.dataset["alarm"] === this.chosen);
  }

  private draw(host: HTMLElement, alarm: Alarm, isGrouped: boolean): void {
    host.dataset["alarm"] = alarm.key;
    host.className = `room-alarm room-alarm--${alarm.severity}${alarm.rings ? " room-alarm--rings" : ""}${isGrouped ? " room-alarm--grouped" : ""}`;
    const [name, kind, said] = STATES[alarm.state] ?? ["bell", "", alarm.state];
    const word = this.config.severities[alarm.severity - 1] ?? "";
    const title = isGrouped ? alarm.about : alarm.title;
    const shown = [
      element("span", { class: `mark--${alarm.severity}`, title: word }, icon(`severity-${alarm.severity}`, 20), element("span", { class: "visually-hidden" }, word)),
      this.config.wall ? element("strong", { class: "room-alarm__title" }, title) : element("button", { type: "button", class: "room-alarm__title", "data-around": true, title: t("What else happened near (v)") }, title),
      element("span", { class: "room-alarm__age", title: hour(alarm.began), "data-since": alarm.began }, age(alarm.began)),
    ];
    const details = [
      element("span", { class: `badge ${kind}` }, icon(name), said),
      alarm.exercise ? element("span", { class: "badge badge--fictional" }, icon("drama"), t("exercise")) : null,
      isGrouped ? null : element("span", { class: "room-alarm__where" }, icon("map-pin"), alarm.about),
      alarm.by === "" ? null : element("span", { class: "room-alarm__where" }, icon("user"), alarm.by),
    ];
    host.replaceChildren(
      element("div", { class: "room-alarm__head" }, ...shown),
      ...(alarm.instruction !== "" && alarm.rings && !isGrouped ? [element("p", { class: "room-alarm__do" }, icon("list-checks"), alarm.instruction)] : []),
      element("div", { class: "room-alarm__foot" }, element("div", { class: "room-alarm__details" }, ...details), this.config.wall ? null : this.acts(alarm)),
    );
  }

  private acts(alarm: Alarm): HTMLElement {
    const hidden = element("span", { class: "visually-hidden" }, ` ${alarm.title}, ${alarm.about}`);
    const act = (name: string, picture: string, label: string, keys: string): HTMLElement =>
      element("button", { type: "button", class: "button button--quiet", [`data-${name}`]: true, title: `${label} (${keys})` }, icon(picture), label, hidden.cloneNode(true));
    return element(
      "div",
      { class: "room-alarm__acts" },
      this.config.takes && alarm.rings ? act("take", "hand", t("Take"), "a") : null,
      this.config.takes ? act("aside", "timer-off", t("Set it aside"), "s") : null,
      element("a", { class: "button button--quiet", href: alarm.url, target: "_blank", rel: "noopener", "data-open": true, title: `${t("Open it")} (o)` }, icon("external-link"), element("span", { class: "visually-hidden" }, t("Open it")), hidden.cloneNode(true)),
    );
  }
}

function make(row: Row): HTMLElement {
  return element("li", "alarm" in row ? {} : { class: "room-group" });
}

function head(host: HTMLElement, { title, severity, exercise, instruction, rings }: Alarm, count: number): void {
  host.replaceChildren(
    element("span", { class: `mark--${severity}` }, icon(`severity-${severity}`, 20)),
    element("strong", {}, title),
    element("span", { class: "room-group__count" }, tn("%(count)s alarm", "%(count)s alarms", count)),
    ...(exercise ? [element("span", { class: "badge badge--fictional" }, icon("drama"), t("exercise"))] : []),
    ...(instruction !== "" && rings ? [element("p", { class: "room-alarm__do" }, icon("list-checks"), instruction)] : []),
  );
}
