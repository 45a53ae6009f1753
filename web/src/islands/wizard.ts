// The words of a source, decided by keyboard: each value has a combobox of proposals, Enter takes and goes to the next.

import { element, icon } from "../lib/dom";
import { RequestError, send } from "../lib/send";
import { number, t, tn } from "../lib/words";

interface Suggestion {
  readonly code: string;
}

interface Value {
  readonly value: string;
  readonly rows: number;
  readonly suggestions: readonly Suggestion[];
  readonly is_sure: boolean;
  code: string;
}

interface Term {
  readonly code: string;
  readonly label: string;
  readonly words: readonly string[];
}

interface Held {
  revision: number;
  readonly values: readonly Value[];
  readonly terms: readonly Term[];
  readonly nothing: string;
}

interface Option {
  readonly code: string;
  readonly label: string;
}

const OPTIONS_MAX = 12; // what fits a screen without scrolling
const FIRST_ROWS = 60; // rows made at once; the rest follows as they are reached
const marks = /[\u0300-\u036f]/g;

function fold(text: string): string {
  return text.toLowerCase().normalize("NFD").replaceAll(marks, "");
}

class Words {
  private readonly labels = new Map<string, string>();
  private readonly folded: { readonly term: Term; readonly text: string }[];
  private readonly list = element("ul", { class: "words__list" });
  private readonly said = element("p", { role: "status" });
  private readonly rows = new Map<Value, { row: HTMLLIElement; input: HTMLInputElement }>();
  private pending: Record<string, string> = {};
  private sending: Promise<void> = Promise.resolve();
  private waiting = 0;
  private onlyOpen = false;
  private shown: Value[] = [];

  constructor(
    private readonly host: HTMLElement,
    private readonly url: string,
    private readonly held: Held,
  ) {
    for (const term of held.terms) this.labels.set(term.code, term.label);
    this.labels.set(held.nothing, t("nothing fits"));
    this.folded = held.terms.map((term) => ({ term, text: fold([term.label, term.code, ...term.words].join(" ")) }));
    const sure = element("button", { type: "button", class: "button" }, icon("check"), t("Accept all sure ones"));
    sure.addEventListener("click", () => this.acceptSure());
    const filter = element("button", { type: "button", class: "button", "aria-pressed": "false" }, icon("list-filter"), t("Still open"));
    filter.addEventListener("click", () => {
      this.onlyOpen = !this.onlyOpen;
      filter.setAttribute("aria-pressed", String(this.onlyOpen));
      this.draw();
    });
    const help = element("p", { class: "soft" }, t("Enter takes the first proposal and goes to the next value. Arrows choose another, letters search the vocabulary, Page down leaves a value open."));
    host.replaceChildren(element("div", { class: "words__tools" }, sure, filter), this.said, help, this.list);
    const form = host.closest("form");
    form?.addEventListener("submit", (event) => {
      if (this.waiting === 0) return; // the form carries the draft's state, which a save under way is about to change
      event.preventDefault();
      void this.sending.then(() => form.requestSubmit(event.submitter));
    });
    this.draw();
    this.tell();
  }

  private draw(): void {
    this.shown = this.held.values.filter((value) => !this.onlyOpen || value.code === "");
    this.rows.clear();
    this.list.replaceChildren();
    this.more(FIRST_ROWS);
  }

  /** Make rows up to a place in the list. */
  private more(until: number): void {
    const made = this.shown.slice(this.rows.size, until).map((value) => this.row(value));
    this.list.append(...made);
    if (this.rows.size < this.shown.length) {
      const button = element("button", { type: "button", class: "button" }, t("Show more"));
      const last = element("li", { class: "words__row" }, button);
      button.addEventListener("click", () => {
        last.remove();
        this.more(this.rows.size + FIRST_ROWS);
      });
      this.list.append(last);
    }
  }

  private row(value: Value): HTMLLIElement {
    const id = `word-${String(this.held.values.indexOf(value))}`;
    const options = element("ul", { class: "words__options", role: "listbox", id: `${id}-options`, hidden: true, "aria-label": value.value });
    const input = element("input", {
      class: "input", id, role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": `${id}-options`, "aria-autocomplete": "list",
      placeholder: this.proposed(value), value: this.labels.get(value.code) ?? "",
    });
    const label = element("label", { class: "words__value", for: id }, value.value, " ", element("span", { class: "soft" }, number(value.rows)));
    const row = element("li", { class: "words__row" }, label, element("div", { class: "words__choice" }, input, options));
    this.rows.set(value, { row, input });
    this.listen(value, input, options);
    return row;
  }

  private proposed(value: Value): string {
    const first = value.suggestions[0];
    return first === undefined ? t("search the vocabulary") : `${this.labels.get(first.code) ?? first.code} ?`;
  }

  private listen(value: Value, input: HTMLInputElement, options: HTMLUListElement): void {
    let found: Option[] = [];
    let at = 0;
    const show = (typed: string): void => {
      found = this.options(value, typed);
      at = 0;
      options.replaceChildren(
        ...found.map((option, index) => {
          const item = element("li", { class: "words__option", role: "option", id: `${input.id}-${String(index)}`, "aria-selected": String(index === at) }, option.label);
          item.addEventListener("mousedown", (event) => {
            event.preventDefault();
            this.take(value, option.code, true);
          });
          return item;
        }),
      );
      options.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      mark();
    };
    const mark = (): void => {
      for (const [index, item] of [...options.children].entries()) item.setAttribute("aria-selected", String(index === at));
      input.setAttribute("aria-activedescendant", found.length > 0 ? `${input.id}-${String(at)}` : "");
      options.children[at]?.scrollIntoView({ block: "nearest" });
    };
    const close = (): void => {
      options.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-activedescendant", "");
    };
    input.addEventListener("focus", () => {
      input.select();
      show("");
    });
    input.addEventListener("input", () => show(input.value));
    input.addEventListener("blur", () => {
      close();
      input.value = this.labels.get(value.code) ?? "";
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (options.hidden) show("");
        else at = (at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(found.length, 1);
        mark();
      } else if (event.key === "Enter") {
        event.preventDefault();
        const chosen = found[at];
        if (chosen !== undefined && !options.hidden) this.take(value, chosen.code, true);
      } else if (event.key === "PageDown" || event.key === "PageUp") {
        event.preventDefault();
        this.step(value, event.key === "PageDown" ? 1 : -1);
      } else if (event.key === "Escape") close();
    });
  }

  /** What a value can become: its proposals first, then what the typed letters find, and that nothing fits. */
  private options(value: Value, typed: string): Option[] {
    const wanted = fold(typed.trim()).split(/\s+/).filter((word) => word !== "");
    const named = (code: string): Option => ({ code, label: this.labels.get(code) ?? code });
    const nothing = named(this.held.nothing);
    if (wanted.length === 0) return [...value.suggestions.map(({ code }) => named(code)), nothing];
    const hits = this.folded.filter(({ text }) => wanted.every((word) => text.includes(word)));
    const begins = (text: string): number => (text.includes(` ${wanted[0] ?? ""}`) || text.startsWith(wanted[0] ?? "") ? 0 : 1);
    hits.sort((one, other) => begins(one.text) - begins(other.text) || one.term.code.length - other.term.code.length);
    return [...hits.slice(0, OPTIONS_MAX).map(({ term }) => named(term.code)), nothing];
  }

  private take(value: Value, code: string, goesOn: boolean): void {
    value.code = code;
    this.pending[value.value] = code;
    const row = this.rows.get(value);
    if (row !== undefined) row.input.value = this.labels.get(code) ?? "";
    this.tell();
    this.queue();
    if (goesOn) this.nextOpen(value);
  }

  private nextOpen(from: Value): void {
    const at = this.shown.indexOf(from);
    const next = this.shown.findIndex((value, index) => index > at && value.code === "");
    if (next < 0) {
      const first = this.shown.find((value) => value.code === "");
      if (first === undefined) this.rows.get(from)?.input.blur();
      else this.focus(first);
      return;
    }
    const value = this.shown[next];
    if (value !== undefined) this.focus(value);
  }

  private step(from: Value, by: number): void {
    const value = this.shown[this.shown.indexOf(from) + by];
    if (value !== undefined) this.focus(value);
  }

  private focus(value: Value): void {
    if (!this.rows.has(value)) {
      this.list.lastElementChild?.remove();
      this.more(this.shown.indexOf(value) + FIRST_ROWS);
    }
    this.rows.get(value)?.input.focus();
  }

  private acceptSure(): void {
    const sure = this.held.values.filter((value) => value.code === "" && value.is_sure && value.suggestions[0] !== undefined);
    for (const value of sure) {
      value.code = value.suggestions[0]?.code ?? "";
      this.pending[value.value] = value.code;
    }
    this.draw();
    this.tell();
    this.queue();
  }

  private tell(problem = ""): void {
    const left = this.held.values.filter((value) => value.code === "").length;
    const sure = this.held.values.filter((value) => value.code === "" && value.is_sure).length;
    const words = tn("%(count)s value is still open", "%(count)s values are still open", left);
    this.said.textContent = problem === "" ? t("%(words)s of %(total)s, %(sure)s of them sure.", { words, total: this.held.values.length, sure }) : problem;
    this.host.dataset["open"] = String(left);
  }

  private queue(): void {
    this.waiting += 1;
    this.sending = this.sending.then(() => this.save()).finally(() => {
      this.waiting -= 1;
    });
  }

  private async save(): Promise<void> {
    const decided = this.pending;
    if (Object.keys(decided).length === 0) return;
    this.pending = {};
    try {
      const answer = await send(this.url, { method: "POST", body: JSON.stringify({ revision: this.held.revision, decided }), headers: { "Content-Type": "application/json" } });
      this.held.revision = ((await answer.json()) as { revision: number }).revision;
      for (const field of document.querySelectorAll<HTMLInputElement>("input[name=revision]")) field.value = String(this.held.revision);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.pending = { ...decided, ...this.pending };
      this.tell(error.message);
    }
  }
}

export default async function start(host: HTMLElement): Promise<void> {
  const url = host.dataset["url"] ?? "";
  const held = (await (await send(url)).json()) as Held;
  new Words(host, url, held);
}
