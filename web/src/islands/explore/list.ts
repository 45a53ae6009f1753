// The list of facts: rows come drawn from the server; here they get keys, links to the map and the time line, pages.
import { need } from "../../lib/dom";
import type { Answer, Row } from "./types";
import type { Session } from "./session";

export type Focus = (row: Row | null) => void;

export class List {
  private readonly host: HTMLElement;
  private readonly scroller: HTMLElement;
  private rows = new Map<string, Row>();

  constructor(
    private readonly session: Session,
    private readonly onFocus: Focus,
  ) {
    this.host = need("[data-list]", session.root);
    this.scroller = need("[data-list-scroll]", session.root);
    this.read(session.answer);
    this.host.addEventListener("pointerover", (event) => this.focus(this.rowOf(event.target)));
    this.host.addEventListener("pointerleave", () => this.focus(null));
    this.host.addEventListener("focusin", (event) => this.focus(this.rowOf(event.target)));
    this.host.addEventListener("focusout", () => this.focus(null));
    this.host.addEventListener("keydown", (event) => this.keyed(event));
    this.host.addEventListener("click", (event) => this.clicked(event));
    session.root.addEventListener("change", (event) => {
      if (event.target instanceof HTMLSelectElement && event.target.dataset["sort"] !== undefined) void session.display({ sort: event.target.value, page: "" });
    });
    session.on((answer) => this.show(answer));
  }

  /** Mark the row that the pointer is on elsewhere (the map), and tell whether the list holds it. */
  mark(id: string | null): boolean {
    for (const lit of this.host.querySelectorAll("[data-lit]")) lit.removeAttribute("data-lit");
    if (id === null) return false;
    const found = this.host.querySelector(`[data-fact="${CSS.escape(id)}"]`);
    found?.setAttribute("data-lit", "");
    return found !== null;
  }

  private show(answer: Answer): void {
    const hadFocus = this.host.contains(document.activeElement);
    this.host.innerHTML = answer.html.list;
    this.read(answer);
    this.scroller.scrollTop = 0;
    if (hadFocus) this.host.querySelector<HTMLElement>("[data-fact], [data-page]")?.focus({ preventScroll: true });
  }

  private read(answer: Answer): void {
    this.rows = new Map(answer.rows.map((row) => [row.id, row]));
    for (const row of this.host.querySelectorAll<HTMLElement>("div[data-fact]")) row.tabIndex = 0; // rows that open no page still light the map
  }

  private rowOf(target: EventTarget | null): HTMLElement | null {
    return target instanceof Element ? target.closest<HTMLElement>("[data-fact]") : null;
  }

  private focus(row: HTMLElement | null): void {
    this.onFocus(row === null ? null : (this.rows.get(row.dataset["fact"] ?? "") ?? null));
  }

  /** Up and down go from row to row, j and k as well; page up and down of the list are links. */
  private keyed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    const row = this.rowOf(event.target);
    if (step === undefined || row === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...this.host.querySelectorAll<HTMLElement>("[data-fact]")];
    const next = rows[rows.indexOf(row) + step];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  private clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("[data-page]") : null;
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void this.session.ask(new URL(link.href).search.slice(1), [], "push");
  }
}
