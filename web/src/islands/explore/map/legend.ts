// The legend is a control: a severity or a family there filters, a class of a choropleth there hides and shows.
import { element, icon, need } from "../../../lib/dom";
import { number, t } from "../../../lib/words";
import { classColours, type Palette } from "../palette";
import type { Session } from "../session";
import type { Answer, Config } from "../types";

export interface Classes {
  readonly title: string;
  /** Lower bounds, rising. */
  readonly breaks: readonly number[];
  readonly most: number;
  /** Whether the values are counts, so that a class ends one below the next. */
  readonly isWhole: boolean;
  readonly hidden: Set<number>;
  readonly onToggled: () => void;
}

export class Legend {
  private readonly host: HTMLElement;
  /** On a phone the legend would cover the map: there it opens on demand. */
  private isFolded = window.matchMedia("(max-width: 56.19em)").matches;

  constructor(
    private readonly session: Session,
    private readonly config: Config,
  ) {
    this.host = need("[data-legend]", session.root);
  }

  points(answer: Answer, palette: Palette): void {
    const by = answer.map.colour;
    const crowd = element("li", { class: "legend__note" }, t("A larger dot: several facts, of this mean severity"));
    const entries = by === "severity" ? [...this.severities(answer, palette), crowd] : this.families(answer, palette);
    const swap = element("button", { type: "button", class: "legend__swap" }, by === "severity" ? t("Colour by family") : t("Colour by severity"));
    swap.addEventListener("click", () => void this.session.display({ colour: by === "severity" ? "family" : "" }));
    this.fill(by === "severity" ? t("Severity") : t("Family"), entries, swap);
  }

  heat(palette: Palette): void {
    const bar = element("span", { class: "legend__ramp" }, ...palette.ramp.slice(1).map((colour) => swatch(colour)));
    this.fill(t("Density of facts"), [element("li", { class: "legend__scale" }, t("few"), bar, t("many"))]);
  }

  classes({ title, breaks, most, isWhole, hidden, onToggled }: Classes, palette: Palette): void {
    const colours = classColours(palette, breaks.length);
    const entries = breaks.map((bound, index) => {
      const next = breaks[index + 1];
      const said = next === undefined ? range(bound, most) : isWhole ? range(bound, next - 1) : t("%(from)s to less than %(to)s", { from: bound, to: next });
      return this.entry(colours[index] ?? "", said, !hidden.has(index), () => {
        if (hidden.has(index)) hidden.delete(index);
        else hidden.add(index);
        onToggled();
      });
    });
    this.fill(title, entries.length > 0 ? entries : [element("li", {}, t("No fact with a place here"))]);
  }

  private severities(answer: Answer, palette: Palette): HTMLElement[] {
    const [from, to] = answer.severities ?? [1, 5];
    return palette.severity.map((colour, index) => {
      const level = index + 1;
      const isIn = level >= from && level <= to;
      const isAlone = isIn && from === to;
      return this.entry(colour, `${level} · ${this.config.severities[index] ?? ""}`, isIn, (event) => {
        if (isAlone) void this.session.change("severity:");
        else if (event.shiftKey) void this.session.change(`severity:${Math.min(from, level)}-${Math.max(to, level)}`);
        else void this.session.change(`severity:${level}-${level}`);
      });
    });
  }

  private families(answer: Answer, palette: Palette): HTMLElement[] {
    const present = new Set(answer.timeline.families.map((series) => series.code));
    // a filter on some families must not take the others' buttons away
    return this.config.families
      .filter(({ code, colour }) => present.has(code) || answer.categories.includes(code) || (colour !== null && answer.categories.length > 0))
      .map(({ code, label, colour }) => {
        const isIn = answer.categories.length === 0 || answer.categories.includes(code);
        return this.entry(colour === null ? palette.others : (palette.category[colour] ?? palette.others), label, isIn, () => void this.session.change(`category:${code}`));
      });
  }

  private entry(colour: string, label: string, isOn: boolean, act: (event: MouseEvent) => void): HTMLElement {
    const button = element("button", { type: "button", class: "legend__entry", "aria-pressed": String(isOn) }, swatch(colour), label);
    button.addEventListener("click", act);
    return element("li", {}, button);
  }

  private fill(title: string, entries: readonly HTMLElement[], ...more: HTMLElement[]): void {
    const focused = [...this.host.querySelectorAll("button")].findIndex((button) => button === document.activeElement);
    const head = element("button", { type: "button", class: "legend__title", "aria-expanded": String(!this.isFolded) }, title, icon("chevron-up"));
    head.addEventListener("click", () => {
      this.isFolded = !this.isFolded;
      head.setAttribute("aria-expanded", String(!this.isFolded));
    });
    this.host.replaceChildren(head, element("ul", { class: "legend__entries", role: "list" }, ...entries), ...more);
    if (focused >= 0) this.host.querySelectorAll("button")[focused]?.focus();
  }
}

function swatch(colour: string): HTMLElement {
  const made = element("span", { class: "legend__swatch", "aria-hidden": "true" });
  made.style.backgroundColor = colour;
  return made;
}

function range(from: number, last: number): string {
  if (last <= from) return number(from);
  return t("%(from)s to %(to)s", { from, to: last });
}
