// The time line: bars of the selection above what lies around it, a brush for the pointer and two sliders for keys.
import { need } from "../../lib/dom";
import { number, t, tn } from "../../lib/words";
import type { Chart } from "./chart";
import { readPalette } from "./palette";
import type { Session } from "./session";
import type { Answer, Row, Timeline } from "./types";

const KEYS_REST_MS = 500; // after the last arrow key, the period is asked for
const CLICK_PX = 4; // less is a click on one bar, more is a brush

interface Range {
  readonly first: number;
  readonly last: number;
}

export class TimelineView {
  private chart: Chart | undefined;
  private readonly host: HTMLElement;
  private readonly band: HTMLElement;
  private readonly mark: HTMLElement;
  private readonly tip: HTMLElement;
  private readonly sliders: readonly [HTMLElement, HTMLElement];
  private readonly root: HTMLElement;
  private range: Range = { first: 0, last: 0 };
  private timer = 0;

  constructor(private readonly session: Session) {
    this.root = session.root;
    this.host = need("[data-chart]", this.root);
    this.band = need("[data-brush-band]", this.root);
    this.mark = need("[data-brush-mark]", this.root);
    this.tip = need("[data-brush-tip]", this.root);
    this.sliders = [need('[data-brush-end="first"]', this.root), need('[data-brush-end="last"]', this.root)];
    this.listen();
    session.on((answer) => this.show(answer));
    document.addEventListener("quietude:appearance", () => this.paint());
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
  }

  /** Draw once the chart's code is there. */
  async start(): Promise<void> {
    const { makeChart } = await import("./chart");
    this.chart = makeChart(this.host);
    this.show(this.session.answer);
  }

  resize(): void {
    this.chart?.resize();
    this.place();
  }

  /** Light the bar of a row of the list. */
  focus(row: Row | null): void {
    const bar = row === null ? -1 : this.barOf(row.day);
    this.mark.hidden = bar < 0;
    if (bar >= 0) this.cover(this.mark, { first: bar, last: bar });
  }

  private get isStacked(): boolean {
    return new URLSearchParams(this.session.answer.query).get("stack") === "1";
  }

  private get timeline(): Timeline {
    return this.session.answer.timeline;
  }

  private show(answer: Answer): void {
    const { timeline } = answer;
    this.range = this.rangeOf(timeline);
    this.paint();
    const buttons = this.root.querySelectorAll<HTMLButtonElement>("[data-period-step]");
    for (const button of buttons) button.disabled = timeline.period === null;
    for (const [index, name] of (["since", "until"] as const).entries()) {
      need<HTMLInputElement>(`[data-period="${name}"]`, this.root).value = timeline.asked[index] ?? "";
    }
    need("[data-stack]", this.root).setAttribute("aria-pressed", String(this.isStacked));
  }

  private paint(): void {
    if (this.chart === undefined) return;
    this.chart.draw(this.timeline, this.isStacked, readPalette(this.root));
    this.place();
    this.root.dataset["charted"] = String(this.session.serial);
    performance.mark("explore:charted");
  }

  private rangeOf(timeline: Timeline): Range {
    const last = timeline.starts.length - 1;
    if (timeline.period === null) return { first: 0, last };
    const [since, until] = timeline.period;
    return { first: Math.max(0, this.barOf(since)), last: this.barOf(until) < 0 ? last : this.barOf(until) };
  }

  private barOf(day: string): number {
    return this.timeline.ends.findIndex((end, bar) => day <= end && day >= (this.timeline.starts[bar] ?? ""));
  }

  private listen(): void {
    const surface = need("[data-brush]", this.root);
    surface.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && !(event.target instanceof Element && event.target.closest("[role=slider]") !== null)) this.brush(surface, event);
    });
    surface.addEventListener("pointermove", (event) => this.tell(this.barAt(event)));
    surface.addEventListener("pointerleave", () => this.tell(null));
    for (const [index, slider] of this.sliders.entries()) {
      slider.addEventListener("keydown", (event) => this.slide(index, event));
      slider.addEventListener("focus", () => this.tell(index === 0 ? this.range.first : this.range.last));
      slider.addEventListener("blur", () => this.tell(null));
      slider.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this.drag(surface, index, event);
      });
    }
    need("[data-stack]", this.root).addEventListener("click", () => {
      void this.session.display({ stack: this.isStacked ? "" : "1" });
    });
    for (const button of this.root.querySelectorAll<HTMLButtonElement>("[data-period-step]")) {
      button.addEventListener("click", () => void this.step(button.dataset["periodStep"] ?? ""));
    }
    for (const input of this.root.querySelectorAll<HTMLInputElement>("[data-period]")) {
      input.addEventListener("change", () => void this.typed());
    }
  }

  private barAt(event: PointerEvent): number {
    const { left, right } = this.plot();
    const count = this.timeline.starts.length;
    const share = (event.clientX - this.host.getBoundingClientRect().left - left) / Math.max(1, right - left);
    return Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  }

  private plot(): { left: number; right: number; top: number; bottom: number } {
    return this.chart?.plot() ?? { left: 0, right: this.host.clientWidth, top: 0, bottom: this.host.clientHeight };
  }

  private brush(surface: HTMLElement, down: PointerEvent): void {
    const from = this.barAt(down);
    const before = this.range;
    surface.setPointerCapture(down.pointerId);
    const move = (event: PointerEvent): void => {
      const to = this.barAt(event);
      this.select({ first: Math.min(from, to), last: Math.max(from, to) });
    };
    const done = (event: PointerEvent, isKept: boolean): void => {
      surface.removeEventListener("pointermove", move);
      const isClick = Math.abs(event.clientX - down.clientX) < CLICK_PX;
      if (!isKept) this.select(before);
      else if (isClick && from === before.first && from === before.last && this.timeline.period !== null) void this.session.change("period:");
      else void this.commit();
    };
    move(down);
    surface.addEventListener("pointermove", move);
    surface.addEventListener("pointerup", (event) => done(event, true), { once: true });
    surface.addEventListener("pointercancel", (event) => done(event, false), { once: true });
  }

  private drag(surface: HTMLElement, index: number, down: PointerEvent): void {
    surface.setPointerCapture(down.pointerId);
    this.sliders[index]?.focus();
    const move = (event: PointerEvent): void => this.moveEnd(index, this.barAt(event));
    surface.addEventListener("pointermove", move);
    surface.addEventListener(
      "pointerup",
      () => {
        surface.removeEventListener("pointermove", move);
        void this.commit();
      },
      { once: true },
    );
  }

  private moveEnd(index: number, bar: number): void {
    const { first, last } = this.range;
    this.select(index === 0 ? { first: Math.min(bar, last), last } : { first, last: Math.max(bar, first) });
    this.tell(index === 0 ? this.range.first : this.range.last);
  }

  private slide(index: number, event: KeyboardEvent): void {
    const end = index === 0 ? this.range.first : this.range.last;
    const most = this.timeline.starts.length - 1;
    const target = { ArrowLeft: end - 1, ArrowDown: end - 1, ArrowRight: end + 1, ArrowUp: end + 1, PageDown: end - 10, PageUp: end + 10, Home: 0, End: most }[event.key];
    if (event.key === "Enter") void this.commit();
    if (target === undefined) return;
    event.preventDefault();
    this.moveEnd(index, Math.min(most, Math.max(0, target)));
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.commit(), KEYS_REST_MS);
  }

  private select(range: Range): void {
    this.range = range;
    this.place();
  }

  private async commit(): Promise<void> {
    window.clearTimeout(this.timer);
    const { starts, ends } = this.timeline;
    const focused = this.sliders.findIndex((slider) => slider === document.activeElement);
    const [first, last] = [starts[this.range.first], ends[this.range.last]];
    if (first === undefined || last === undefined) return;
    if (first === this.timeline.period?.[0] && last === this.timeline.period[1]) return;
    await this.session.change(`period:${first}..${last}`);
    this.sliders[focused]?.focus();
  }

  /** Go to the period before or after, twice as long around the same middle, or to all time. */
  private async step(kind: string): Promise<void> {
    const { period } = this.timeline;
    if (kind === "all") await this.session.change("period:");
    if (period === null || kind === "all") return;
    const day = 86_400_000;
    const [since, until] = [Date.parse(period[0]), Date.parse(period[1])];
    const length = until - since + day;
    const half = Math.ceil(length / day / 2) * day;
    const moved = { before: [since - length, since - day], after: [until + day, until + length], wider: [since - half, until + half] }[kind];
    if (moved === undefined) return;
    const [first, last] = moved.map((moment) => new Date(moment).toISOString().slice(0, 10));
    await this.session.change(`period:${first ?? ""}..${last ?? ""}`);
  }

  private async typed(): Promise<void> {
    const [since, until] = (["since", "until"] as const).map((name) => need<HTMLInputElement>(`[data-period="${name}"]`, this.root).value);
    const { data } = this.timeline;
    const first = since || data?.[0];
    const last = until || data?.[1];
    if (since === "" && until === "") await this.session.change("period:");
    else if (first !== undefined && last !== undefined) await this.session.change(`period:${first}..${last}`);
  }

  /** Draw band and handles over the chosen bars. */
  private place(): void {
    const isWhole = this.timeline.period === null && this.range.first === 0 && this.range.last === this.timeline.starts.length - 1;
    this.band.classList.toggle("is-whole", isWhole);
    this.cover(this.band, this.range);
    for (const [index, slider] of this.sliders.entries()) {
      const bar = index === 0 ? this.range.first : this.range.last;
      const day = (index === 0 ? this.timeline.starts : this.timeline.ends)[bar] ?? "";
      slider.setAttribute("aria-valuemin", "0");
      slider.setAttribute("aria-valuemax", String(this.timeline.starts.length - 1));
      slider.setAttribute("aria-valuenow", String(bar));
      slider.setAttribute("aria-valuetext", day === "" ? "" : new Date(`${day}T12:00:00`).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" }));
    }
  }

  private cover(shape: HTMLElement, range: Range): void {
    const { left, right, top, bottom } = this.plot();
    const width = (right - left) / Math.max(1, this.timeline.starts.length);
    shape.style.left = `${left + range.first * width}px`;
    shape.style.width = `${Math.max(2, (range.last - range.first + 1) * width)}px`;
    shape.style.top = `${top}px`;
    shape.style.height = `${Math.max(0, bottom - top)}px`;
  }

  /** Say what one bar holds. */
  private tell(bar: number | null): void {
    this.tip.hidden = bar === null || this.timeline.starts.length === 0;
    if (bar === null || this.tip.hidden) return;
    const parts = this.timeline.families.map((family) => ({ label: family.label, count: family.counts[bar] ?? 0 }));
    const count = this.timeline.selected[bar] ?? 0;
    const around = this.timeline.around[bar] ?? 0;
    const said = [this.timeline.labels[bar] ?? "", tn("%(count)s fact", "%(count)s facts", count)];
    if (around > count) said.push(t("%(count)s outside the period", { count: around - count }));
    if (this.isStacked) said.push(...parts.filter((part) => part.count > 0).map((part) => `${part.label}: ${number(part.count)}`));
    this.tip.textContent = said.join(" · ");
    const { left, right } = this.plot();
    const middle = left + ((bar + 0.5) * (right - left)) / this.timeline.starts.length;
    this.tip.style.left = `${Math.min(right - this.tip.offsetWidth, Math.max(left, middle - this.tip.offsetWidth / 2))}px`;
  }
}
