// Category by type-ahead, or one of three that the text suggests; severity, regime, own fields and template follow it.
import { Combobox } from "../../lib/combobox";
import { element, need } from "../../lib/dom";
import { send } from "../../lib/send";
import { t } from "../../lib/words";
import { isAway } from "./later";
import { offeredHere } from "./offered";

export interface Category {
  readonly code: string;
  readonly label: string;
  readonly short: string;
  readonly words: string;
  readonly detail?: string;
  readonly severity: number;
  readonly regime: string;
  readonly template: string;
  readonly fields: readonly string[];
}

const PAUSE_MS = 350; // a breath in typing
const LEAST = 8; // letters: two words say something
const GAP = "…";

export class CategoryField {
  private readonly input: HTMLInputElement;
  private readonly code: HTMLInputElement;
  private readonly words: HTMLInputElement;
  private readonly text: HTMLTextAreaElement;
  private readonly box: Combobox<Category>;
  private readonly touched = new Set<HTMLElement>();
  private template = "";
  private timer = 0;
  private asking: AbortController | undefined;

  constructor(private readonly form: HTMLFormElement) {
    this.input = need<HTMLInputElement>("[name=category]", form);
    this.words = need<HTMLInputElement>("[name=words]", form);
    this.text = need<HTMLTextAreaElement>("[name=text]", form);
    this.code = element("input", { type: "hidden", name: "category", value: this.input.value });
    this.input.name = "category_shown";
    this.input.after(this.code);
    this.box = new Combobox<Category>(
      this.input,
      {
        takesFirst: true,
        ask: async (q, signal) => {
          const found = await this.offered(q, signal);
          return found.map((each) => ({ ...each, detail: each.words }));
        },
        choose: (category) => this.take(category, true),
        typed: () => {
          this.code.value = this.input.value;
          this.words.value = "";
          this.follow(null);
        },
      },
      t("Categories"),
    );
    if (this.input.dataset["label"] !== undefined) this.box.settle(this.input.dataset["label"]);
    for (const name of ["severity", "regime"]) this.select(name)?.addEventListener("change", (event) => this.touched.add(event.target as HTMLElement));
    this.text.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.suggest(), PAUSE_MS);
    });
    form.addEventListener("keydown", (event) => {
      if (!event.altKey || !/^Digit[123]$/.test(event.code)) return;
      const button = this.proposals.querySelectorAll("button")[Number(event.code.slice(-1)) - 1];
      if (button === undefined) return;
      event.preventDefault();
      button.click();
    });
    this.follow(null, this.code.value);
  }

  /** Start again, empty. */
  reset(): void {
    this.box.settle("");
    this.code.value = this.words.value = this.template = "";
    this.touched.clear();
    need("[data-proposed]", this.form).hidden = true;
    this.follow(null);
  }

  /** Show what the form holds, after a draft came back. */
  refresh(): void {
    this.box.settle(this.input.value);
    this.follow(null, this.code.value);
  }

  ready(): Promise<void> {
    return this.box.ready();
  }

  /** Ask the portal; without network, the list that was kept. */
  private async offered(q: string, signal: AbortSignal): Promise<readonly Category[]> {
    const address = new URL(this.form.dataset["categories"] ?? "", window.location.href);
    address.searchParams.set("q", q);
    try {
      return ((await (await send(address.href, { signal })).json()) as { categories: Category[] }).categories;
    } catch (error) {
      if (!isAway(error)) throw error;
      return offeredHere(need<HTMLInputElement>("[name=logbook]", this.form).value, q);
    }
  }

  private get proposals(): HTMLElement {
    return need(".entry__proposals", this.form);
  }

  private select(name: string): HTMLSelectElement | null {
    return this.form.querySelector<HTMLSelectElement>(`select[name=${name}]`);
  }

  private take(category: Category, insertsTemplate: boolean): void {
    this.box.settle(category.label);
    this.code.value = category.code;
    this.words.value = category.words;
    this.follow(category);
    need("[data-proposed]", this.form).hidden = true;
    if (insertsTemplate && category.template !== "" && (this.text.value.trim() === "" || this.text.value === this.template)) {
      this.text.value = this.template = category.template;
      const gap = category.template.indexOf(GAP);
      this.text.setSelectionRange(Math.max(gap, 0), gap < 0 ? category.template.length : gap + 1);
    }
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Show what goes with a category: severity and regime as proposed, own fields of its own. */
  private follow(category: Category | null, code = ""): void {
    const set = (name: string, value: string): void => {
      const select = this.select(name);
      if (select !== null && !this.touched.has(select)) select.value = select.dataset["usual"] = value;
    };
    if (code === "") {
      set("severity", category === null ? "" : String(category.severity));
      set("regime", category?.regime ?? "");
    }
    const said = need("[data-read=regime]", this.form);
    said.textContent = category === null ? "" : t("Severity and regime are proposed by the category; saving confirms them.");
    said.classList.toggle("is-wrong", category?.regime === "TITRE_III");
    if (category?.regime === "TITRE_III") said.textContent = t("Penal regime (title III) is proposed by this category. Saving confirms it; change it if it is wrong.");
    for (const field of this.form.querySelectorAll<HTMLElement>("[data-categories][name]")) {
      const mine = (field.dataset["categories"] ?? "").split(" ");
      const now = category?.code ?? code;
      const part = field.closest<HTMLElement>(".entry__part");
      const isAsked = mine.some((each) => now === each || now.startsWith(`${each}.`));
      if (part !== null) part.hidden = !isAsked && (field as HTMLInputElement).value === "";
    }
  }

  private async suggest(): Promise<void> {
    const host = need("[data-proposed]", this.form);
    const text = this.text.value.trim();
    if (this.code.value !== "" || text.length < LEAST || text === this.template) {
      host.hidden = true;
      return;
    }
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const body = new URLSearchParams({ logbook: need<HTMLInputElement>("[name=logbook]", this.form).value, text });
    try {
      const { categories } = (await (await send(this.form.dataset["suggestions"] ?? "", { method: "POST", body, signal: asking.signal })).json()) as { categories: Category[] };
      if (asking.signal.aborted || this.code.value !== "") return;
      this.proposals.replaceChildren(
        ...categories.map((category, index) => {
          const button = element("button", { type: "button", class: "chip entry__proposal", title: `${category.label} (Alt+${index + 1})` }, element("kbd", {}, `Alt+${index + 1}`), category.short);
          button.addEventListener("click", () => {
            const returns = document.activeElement === button;
            this.take(category, false);
            if (returns) this.text.focus();
          });
          return button;
        }),
      );
      host.hidden = categories.length === 0;
    } catch {
      host.hidden = true; // a help that fails is no help, and no trouble either
    }
  }
}
