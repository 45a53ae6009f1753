// The filter bar: a chip per condition, suggestions while typing (ARIA combobox), and the whole question as text.
import { element, icon, need } from "../../lib/dom";
import { send } from "../../lib/send";
import { t } from "../../lib/words";
import type { Answer } from "./types";
import type { Problem, Session } from "./session";

interface Suggestion {
  /** The condition in its text form, or the beginning of one when `open` is set. */
  readonly text: string;
  readonly label: string;
  readonly kind: string;
  readonly icon: string;
  readonly open: boolean;
}

const PAUSE_MS = 60; // below the time between two key strokes of a quick typist, above a key's own bounce

export function startBar(session: Session, suggestAddress: string): void {
  const bar = new Bar(session, suggestAddress);
  session.on((answer) => bar.show(answer));
}

class Bar {
  private readonly chips: HTMLElement;
  private readonly form: HTMLFormElement;
  private readonly input: HTMLInputElement;
  private readonly listbox: HTMLUListElement;
  private readonly trouble: HTMLElement;
  private readonly whole: HTMLFormElement;
  private readonly text: HTMLTextAreaElement;
  private readonly toggle: HTMLButtonElement;
  private suggestions: readonly Suggestion[] = [];
  private active = -1;
  /** Whether the list answers an earlier text than what is typed now. */
  private isStale = false;
  private asking: AbortController | undefined;
  private timer = 0;
  /** Query without the chip that is being edited. */
  private editing: string | null = null;

  constructor(
    private readonly session: Session,
    private readonly address: string,
  ) {
    this.chips = need("[data-chips]", session.root);
    this.form = need<HTMLFormElement>("[data-bar]", session.root);
    this.input = need<HTMLInputElement>("[data-bar-input]", session.root);
    this.listbox = need<HTMLUListElement>("#explore-suggestions", session.root);
    this.trouble = need("[data-bar-trouble]", session.root);
    this.whole = need<HTMLFormElement>("[data-text-form]", session.root);
    this.text = need<HTMLTextAreaElement>("[data-text-input]", session.root);
    this.toggle = need<HTMLButtonElement>("[data-text-toggle]", session.root);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit(this.input.value);
    });
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("focus", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.keyed(event));
    this.input.addEventListener("blur", () => this.close());
    this.listbox.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (option !== null) void this.choose(Number(option.dataset["index"]));
    });
    this.chips.addEventListener("click", (event) => this.clicked(event));
    this.toggle.addEventListener("click", () => this.showWhole(this.whole.hidden === true));
    this.whole.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submitWhole();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.showWhole(false);
      else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.whole.requestSubmit();
      }
    });
  }

  show(answer: Answer): void {
    const hadFocus = this.chips.contains(document.activeElement);
    this.chips.innerHTML = answer.html.chips;
    if (hadFocus) this.input.focus({ preventScroll: true });
    if (document.activeElement !== this.text) this.text.value = answer.text;
  }

  private clicked(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const drop = target?.closest<HTMLAnchorElement>("[data-drop]");
    const edit = target?.closest<HTMLButtonElement>("[data-edit]");
    if (drop != null && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      void this.session.ask(new URL(drop.href).search.slice(1), [], "push");
    } else if (edit != null) {
      this.editing = edit.dataset["without"] ?? null;
      this.input.value = edit.dataset["edit"] ?? "";
      for (const chip of this.chips.querySelectorAll(".is-edited")) chip.classList.remove("is-edited");
      edit.closest("li")?.classList.add("is-edited");
      this.input.focus();
      this.input.select();
    }
  }

  private typed(): void {
    this.hideTrouble();
    this.isStale = true;
    this.active = -1; // Enter now means the text as typed, not what an earlier list offered
    this.input.removeAttribute("aria-activedescendant");
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.suggest(), PAUSE_MS);
  }

  /** Ask what may come next; with a step, go to the first or last of it as soon as it is here. */
  private async suggest(step = 0): Promise<void> {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const parameters = new URLSearchParams({ q: this.input.value, at: String(this.input.selectionStart ?? this.input.value.length) });
    try {
      const answer = await send(`${this.address}?${parameters}`, { signal: asking.signal });
      const { suggestions } = (await answer.json()) as { suggestions: Suggestion[] };
      if (asking.signal.aborted || document.activeElement !== this.input) return;
      this.open(suggestions);
      if (step !== 0 && suggestions.length > 0) this.activate(step > 0 ? 0 : suggestions.length - 1);
    } catch {
      if (!asking.signal.aborted) this.close(); // without suggestions the bar still works: what is typed is read on Enter
    }
  }

  private open(suggestions: readonly Suggestion[]): void {
    this.suggestions = suggestions;
    this.isStale = false;
    this.active = -1;
    this.listbox.replaceChildren(
      ...suggestions.map((suggestion, index) =>
        element(
          "li",
          { role: "option", id: `explore-suggestion-${index}`, "data-index": index, "aria-selected": "false", class: "suggestion" },
          icon(suggestion.icon),
          element("span", { class: "suggestion__label" }, suggestion.label),
          element("span", { class: "suggestion__kind" }, suggestion.kind),
        ),
      ),
    );
    this.setExpanded(suggestions.length > 0);
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.setExpanded(false);
  }

  private setExpanded(isOpen: boolean): void {
    this.listbox.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    this.input.removeAttribute("aria-activedescendant");
    if (!isOpen) this.active = -1;
  }

  private keyed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (this.listbox.hidden || this.isStale) {
        void this.suggest(step);
        return;
      }
      window.clearTimeout(this.timer); // what is still on its way must not move the list under the arrow
      this.asking?.abort();
      this.activate((this.active + step + this.suggestions.length + (this.active < 0 && step < 0 ? 1 : 0)) % this.suggestions.length);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      void this.choose(this.active);
    } else if (event.key === "Tab" && this.active >= 0) {
      event.preventDefault();
      void this.choose(this.active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (this.listbox.hidden) this.reset();
      else this.close();
    } else if (event.key === "Backspace" && this.input.value === "") {
      const last = [...this.chips.querySelectorAll<HTMLAnchorElement>("[data-drop]")].at(-1);
      if (last !== undefined) void this.session.ask(new URL(last.href).search.slice(1), [], "push");
    }
  }

  private activate(index: number): void {
    this.active = index;
    for (const [position, option] of [...this.listbox.children].entries()) {
      option.setAttribute("aria-selected", String(position === index));
      if (position === index) option.scrollIntoView({ block: "nearest" });
    }
    this.input.setAttribute("aria-activedescendant", `explore-suggestion-${index}`);
  }

  private async choose(index: number): Promise<void> {
    const suggestion = this.suggestions[index];
    if (suggestion === undefined) return;
    if (suggestion.open) {
      this.input.value = suggestion.text;
      this.input.setSelectionRange(suggestion.text.length, suggestion.text.length);
      void this.suggest();
      return;
    }
    await this.submit(suggestion.text);
  }

  private async submit(text: string): Promise<void> {
    this.close();
    if (text.trim() === "") return;
    const query = this.editing ?? this.session.answer.query;
    const problem = await this.session.ask(query, [`add:${text}`], "push");
    if (problem === null) this.reset();
    else this.point(problem, text, this.input);
  }

  private async submitWhole(): Promise<void> {
    const text = this.text.value;
    const problem = await this.session.change(`text:${text}`);
    if (problem === null) this.hideTrouble();
    else this.point(problem, text, this.text);
  }

  private showWhole(isShown: boolean): void {
    this.whole.hidden = !isShown;
    this.toggle.setAttribute("aria-expanded", String(isShown));
    this.hideTrouble();
    if (isShown) {
      this.text.value = this.session.answer.text;
      this.text.focus();
    } else this.input.focus();
  }

  private reset(): void {
    this.editing = null;
    this.input.value = "";
    this.hideTrouble();
    for (const chip of this.chips.querySelectorAll(".is-edited")) chip.classList.remove("is-edited");
  }

  private hideTrouble(): void {
    this.trouble.hidden = true;
    this.input.removeAttribute("aria-invalid");
    this.text.removeAttribute("aria-invalid");
  }

  /** Show what is wrong, where in the text, and what to do; the cursor goes to the character. */
  private point(problem: Problem, text: string, field: HTMLInputElement | HTMLTextAreaElement): void {
    const at = Math.min(problem.position ?? text.length, text.length);
    const remedy = problem.remedy ?? "";
    this.trouble.replaceChildren(
      element("p", { class: "trouble__message" }, icon("circle-alert"), problem.message),
      element("pre", { class: "trouble__text", "aria-hidden": "true" }, text.slice(0, at), element("mark", {}, text.slice(at, at + 1) || " "), text.slice(at + 1)),
      ...(remedy === "" ? [] : [element("p", { class: "trouble__remedy" }, t("What to do:"), " ", remedy)]),
    );
    this.trouble.hidden = false;
    field.setAttribute("aria-invalid", "true");
    field.focus();
    field.setSelectionRange(at, Math.min(at + 1, text.length));
  }
}
