// A field that offers a list while one types: the combobox of ARIA 1.2, with list autocompletion.
import { element } from "./dom";

export interface Option {
  readonly label: string;
  readonly detail?: string;
}

export interface Source<T extends Option> {
  /** What is offered for a text; an aborted question may throw. */
  readonly ask: (text: string, signal: AbortSignal) => Promise<readonly T[]>;
  readonly choose: (option: T) => void;
  /** The text was changed by hand: what was chosen before holds no more. */
  readonly typed?: () => void;
  /** The field is left with a text that nobody chose from the list; `first` is what was offered first. */
  readonly left?: (first: T | undefined) => void;
  /** The first option is taken by Enter or Tab without an arrow. */
  readonly takesFirst: boolean;
}

const PAUSE_MS = 60; // below the time between two key strokes of a quick typist, above a key's own bounce
const SHORTEST = 2;

export class Combobox<T extends Option> {
  private readonly list: HTMLUListElement;
  private options: readonly T[] = [];
  private active = -1;
  private timer = 0;
  private asking: AbortController | undefined;
  private isChosen = true;
  /** The field was left before its list was here. */
  private waiting = false;
  private pending: Promise<void> = Promise.resolve();

  constructor(
    private readonly input: HTMLInputElement,
    private readonly source: Source<T>,
    label: string,
  ) {
    this.list = element("ul", { class: "options", role: "listbox", id: `${input.id}-options`, "aria-label": label, hidden: true });
    input.after(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off" })) input.setAttribute(name, value);
    input.parentElement?.classList.add("has-options");
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.keyed(event));
    input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (option !== null) this.choose(Number(option.dataset["index"]));
    });
  }

  /** Take a text as chosen: put there by the page, not typed. */
  settle(text: string): void {
    this.input.value = text;
    this.isChosen = true;
    this.close();
  }

  /** Wait for the list that a quick hand left behind: what it takes is in the form then. */
  ready(): Promise<void> {
    return this.pending;
  }

  private typed(): void {
    this.isChosen = false;
    this.waiting = false;
    this.options = [];
    this.activate(-1);
    this.source.typed?.();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.suggest(), PAUSE_MS);
  }

  private async suggest(step = 0): Promise<void> {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    const text = this.input.value.trim();
    if (text.length < SHORTEST) {
      this.close();
      return;
    }
    const asking = (this.asking = new AbortController());
    try {
      const options = await this.source.ask(text, asking.signal);
      if (asking.signal.aborted) return;
      this.options = options;
      if (this.waiting || document.activeElement !== this.input) {
        this.waiting = false;
        this.afterLeaving();
        return;
      }
      this.open(step);
    } catch {
      if (!asking.signal.aborted) this.close(); // without a list the field still works: the server reads what is typed
    }
  }

  private open(step: number): void {
    this.list.replaceChildren(
      ...this.options.map((option, index) =>
        element(
          "li",
          { role: "option", id: `${this.list.id}-${index}`, "data-index": index, "aria-selected": "false", class: "option" },
          element("span", { class: "option__label" }, option.label),
          option.detail === undefined || option.detail === "" ? null : element("span", { class: "option__detail" }, option.detail),
        ),
      ),
    );
    this.expand(this.options.length > 0);
    if (this.options.length > 0 && (this.source.takesFirst || step !== 0)) this.activate(step < 0 ? this.options.length - 1 : 0);
  }

  private expand(isOpen: boolean): void {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.activate(-1);
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.expand(false);
  }

  private keyed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && !event.altKey) {
      event.preventDefault();
      if (this.list.hidden) void this.suggest(step);
      else this.activate((this.active + step + this.options.length + (this.active < 0 && step < 0 ? 1 : 0)) % this.options.length);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault(); // Enter takes from the list; Ctrl+Enter saves
      if (this.active >= 0) this.choose(this.active);
    } else if (event.key === "Tab" && this.active >= 0) this.choose(this.active);
    else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  private activate(index: number): void {
    this.active = index;
    for (const [position, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(position === index));
      if (position === index) option.scrollIntoView({ block: "nearest" });
    }
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  private choose(index: number): void {
    const option = this.options[index];
    if (option === undefined) return;
    this.settle(option.label);
    this.source.choose(option);
  }

  /** Leave the field: what is still on its way is awaited, so that a quick hand loses nothing. */
  private leave(): void {
    window.clearTimeout(this.timer);
    if (!this.isChosen && this.options.length === 0 && this.input.value.trim().length >= SHORTEST) {
      this.waiting = true;
      this.pending = this.suggest();
    } else this.afterLeaving();
    this.expand(false);
  }

  private afterLeaving(): void {
    if (this.isChosen || this.input.value.trim() === "") return;
    const [first] = this.options;
    if (this.source.takesFirst && first !== undefined) this.choose(0);
    else this.source.left?.(first);
  }
}
