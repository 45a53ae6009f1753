// Lists that change often: the same row is the same element as long as it is there, so that nothing flickers, loses the
// focus or is left behind; what is new waits while a list is in use.
import { tn } from "../../lib/words";

const IN_USE_MS = 3_000; // a pointer or a key that moved so lately is about to choose something

/** Make the children of `list` those of `rows`, in their order; `draw` fills an element when its row is another one. */
export function reconcile<R>(list: HTMLElement, rows: readonly R[], keyOf: (row: R) => string, make: (row: R) => HTMLElement, draw: (element: HTMLElement, row: R) => void): void {
  const hold = held(list);
  const there = new Map<string, HTMLElement>();
  for (const child of [...list.children] as HTMLElement[]) there.set(child.dataset["row"] ?? "", child);
  let before: Element | null = null;
  for (const row of rows) {
    const key = keyOf(row);
    const known = there.get(key);
    const element = known ?? make(row);
    there.delete(key);
    if (known === undefined) element.dataset["row"] = key;
    const said = JSON.stringify(row);
    if (element.dataset["said"] !== said) {
      element.dataset["said"] = said;
      draw(element, row);
    }
    const next: Element | null = before === null ? list.firstElementChild : before.nextElementSibling;
    if (next !== element) list.insertBefore(element, next);
    before = element;
  }
  for (const gone of there.values()) gone.remove();
  hold();
}

/** Return what gives the focus back to the same control of the same row: one that is drawn again or moved loses it. */
function held(list: HTMLElement): () => void {
  const focused = document.activeElement;
  const row = focused !== null && list.contains(focused) ? focused.closest<HTMLElement>("[data-row]") : null;
  const name = [...(focused?.attributes ?? [])].find((each) => each.name.startsWith("data-"))?.name;
  return () => {
    if (row === null || name === undefined || document.activeElement === focused) return;
    row.querySelector<HTMLElement>(`[${name}]`)?.focus({ preventScroll: true });
  };
}

/** A list whose news waits behind a button while its reader is about to choose something in it. */
export class Calm<R> {
  private waiting: readonly R[] | undefined;
  private shown: readonly R[] = [];
  private moved = 0;

  constructor(
    private readonly pane: HTMLElement,
    private readonly newer: HTMLButtonElement,
    private readonly keyOf: (row: R) => string,
    private readonly lay: (rows: readonly R[]) => void,
    private readonly isHeld: () => boolean,
  ) {
    const use = (): void => {
      this.moved = Date.now();
    };
    pane.addEventListener("pointermove", use, { passive: true });
    pane.addEventListener("wheel", use, { passive: true });
    pane.addEventListener("keydown", use);
    newer.addEventListener("click", () => this.release());
    window.setInterval(() => {
      if (this.waiting !== undefined && !this.isInUse()) this.release();
    }, 500);
  }

  /** Show rows now, or once the list is no longer in use; rows that stay are brought up to date in their place. */
  show(rows: readonly R[]): void {
    const keys = new Set(rows.map(this.keyOf));
    const isOther = this.shown.length !== rows.length || this.shown.some((row, index) => this.keyOf(row) !== this.keyOf(rows[index] as R));
    if (!isOther || !this.isInUse()) {
      this.put(rows);
      return;
    }
    const latest = new Map(rows.map((row) => [this.keyOf(row), row]));
    const known = new Set(this.shown.map(this.keyOf));
    this.waiting = rows;
    this.shown = this.shown.map((row) => latest.get(this.keyOf(row)) ?? row);
    this.lay(this.shown);
    const fresh = [...keys].filter((key) => !known.has(key)).length;
    this.newer.textContent = fresh > 0 ? tn("%(count)s new", "%(count)s new", fresh) : tn("%(count)s change", "%(count)s changes", this.shown.length - keys.size > 0 ? this.shown.length - keys.size : 1);
    this.newer.hidden = false;
  }

  /** Show what waits. */
  release(): void {
    if (this.waiting !== undefined) this.put(this.waiting);
  }

  /** The list is in use, whoever says so: a key that chose a row of it. */
  use(): void {
    this.moved = Date.now();
  }

  private put(rows: readonly R[]): void {
    this.waiting = undefined;
    this.shown = rows;
    const hadFocus = document.activeElement === this.newer;
    this.newer.hidden = true;
    this.lay(rows);
    if (hadFocus) this.pane.focus({ preventScroll: true });
  }

  private isInUse(): boolean {
    return Date.now() - this.moved < IN_USE_MS || this.isHeld();
  }
}
