// The guard on free text: <textarea data-guard>. It marks what should not stand there as it is typed, says the remedy,
// and lets the writer replace or keep it. It warns and never prevents. Nothing leaves the page but the choices, with the form.
//   data-guard="text" (or "party", "vehicle"): the field; data-guard-regime="RGPD", or data-guard-regime-from="id of a select";
//   data-guard-name: name of the hidden field with the choices (default: the textarea's name and "_guard").

import { element, icon } from "../lib/dom";
import { Answers, type Passage, passages } from "../lib/guard/answers";
import { mirror } from "../lib/guard/mirror";
import { book, findings } from "../lib/guard/rules";
import { language, t, tn } from "../lib/words";

const WAIT_MS = 50; // of the 100 ms allowed; finding takes a few on a telephone
const SAY_MS = 900; // a screen reader is told when the writer pauses, not at each key
const SHOWN_AT_MOST = 30;
const ICONS = { forbidden: "octagon-alert", identity: "user", caution: "triangle-alert" } as const;

export default function start(host: HTMLElement): void {
  if (!(host instanceof HTMLTextAreaElement)) throw new Error("the guard works on a textarea");
  new Guard(host);
}

class Guard {
  private answers = new Answers();
  private readonly mirror;
  private readonly list;
  private readonly said;
  private readonly field;
  private shown = "";
  private current: readonly Passage[] = [];
  private looking = 0;
  private saying = 0;

  constructor(private readonly area: HTMLTextAreaElement) {
    this.mirror = mirror(area);
    const id = `${area.id || area.name}-guard`;
    this.said = element("p", { class: "guard__said", role: "status", id });
    this.list = element("ul", { class: "guard__list", "aria-label": t("Passages to review") });
    this.field = element("input", { type: "hidden", name: area.dataset["guardName"] ?? `${area.name}_guard` });
    area.setAttribute("aria-describedby", [area.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
    area.parentElement?.after(this.said, this.list, this.field);
    area.addEventListener("input", () => this.later());
    this.regimeSource()?.addEventListener("change", () => this.look());
    area.form?.addEventListener("formdata", (event) => {
      this.look(); // the last keys may still wait
      event.formData.set(this.field.name, this.field.value);
    });
    area.form?.addEventListener("reset", () => setTimeout(() => this.afresh()));
    area.form?.addEventListener("quietude:emptied", () => this.afresh());
    area.form?.addEventListener("quietude:restored", () => this.look());
    this.look();
  }

  private regimeSource(): HTMLSelectElement | HTMLInputElement | null {
    const id = this.area.dataset["guardRegimeFrom"];
    const found = id === undefined ? null : document.getElementById(id);
    return found instanceof HTMLSelectElement || found instanceof HTMLInputElement ? found : null;
  }

  /** Another text begins: what was answered of the one before is not of this one. */
  private afresh(): void {
    this.answers = new Answers();
    this.look();
  }

  private later(): void {
    if (this.looking === 0) this.looking = setTimeout(() => this.look(), WAIT_MS);
  }

  private look(): void {
    clearTimeout(this.looking);
    this.looking = 0;
    const regime = (this.regimeSource()?.value || undefined) ?? this.area.dataset["guardRegime"] ?? "";
    const text = this.area.value;
    const found = findings(text, regime, this.area.dataset["guard"] || "text");
    const current = passages(text, found);
    this.answers.look(current, performance.now());
    this.current = current;
    const kept = new Set(current.filter((passage) => this.answers.reason(passage) !== null).flatMap((passage) => passage.places));
    this.mirror.show(text, found, (finding) => kept.has(finding));
    this.field.value = this.answers.toJson();
    const state = current.map((passage) => `${passage.key}\n${this.answers.reason(passage)}`).join("\n\n");
    if (state === this.shown) return;
    this.shown = state;
    this.list.replaceChildren(...current.slice(0, SHOWN_AT_MOST).map((passage) => this.item(passage)));
    this.sayLater(current);
  }

  private sayLater(current: readonly Passage[]): void {
    clearTimeout(this.saying);
    const open = current.filter((passage) => this.answers.reason(passage) === null);
    const kinds = [...new Set(open.map((passage) => words(passage.kind.name)))].join(", ");
    const said = open.length > 0 ? tn("%(count)s passage to review: %(kinds)s", "%(count)s passages to review: %(kinds)s", open.length, { kinds }) : "";
    this.saying = setTimeout(() => {
      this.said.textContent = said !== "" || this.said.textContent === "" ? said : t("Nothing left to review.");
    }, SAY_MS);
  }

  private item(passage: Passage): HTMLLIElement {
    const reason = this.answers.reason(passage);
    const name = words(passage.kind.name);
    const head = element("p", { class: "guard__what" }, icon(ICONS[passage.kind.level]), element("span", {}, element("strong", { lang: "fr" }, quoted(passage)), ` ${name}`));
    const item = element("li", { class: `guard__item guard__item--${passage.kind.level}` }, head);
    if (reason !== null) {
      const undo = this.button(t("Review again"), passage, () => this.keep(passage, null));
      item.append(element("p", { class: "guard__remedy" }, t("Kept: %(reason)s", { reason: words(book.reasons[reason]) })), element("div", { class: "guard__acts" }, undo));
      return item;
    }
    const why = element("div", { class: "guard__why", role: "group", "aria-label": t("Why keep it?"), hidden: true });
    for (const [code, said] of Object.entries(book.reasons)) {
      const choose = element("button", { type: "button", class: "button guard__button" }, words(said));
      choose.addEventListener("click", () => this.keep(passage, code));
      why.append(choose);
    }
    const keep = this.button(t("Keep…"), passage, () => {
      why.hidden = !why.hidden;
      keep.setAttribute("aria-expanded", String(!why.hidden));
      if (!why.hidden) why.querySelector("button")?.focus();
    });
    keep.setAttribute("aria-expanded", "false");
    const replace = this.button(t("Replace"), passage, () => this.replace(passage));
    item.append(element("p", { class: "guard__remedy" }, words(passage.kind.remedy)), element("div", { class: "guard__acts" }, replace, keep), why);
    return item;
  }

  private button(label: string, passage: Passage, act: () => void): HTMLButtonElement {
    const made = element("button", { type: "button", class: "button guard__button", "aria-label": `${label} ${quoted(passage)}` }, label);
    made.addEventListener("click", act);
    return made;
  }

  private keep(passage: Passage, reason: string | null): void {
    const place = [...this.list.children].findIndex((child) => child.contains(document.activeElement));
    this.answers.keep(passage, reason);
    this.look();
    this.list.children[place]?.querySelector("button")?.focus();
  }

  /** Put a neutral word in the place of an identity; select anything else, for the writer to say it another way. */
  private replace(shown: Passage): void {
    this.look(); // the text may have moved since the list was written
    const passage = this.current.find(({ key }) => key === shown.key);
    const first = passage?.places[0];
    if (passage === undefined || first === undefined) return;
    this.area.focus();
    if (passage.kind.level !== "identity") {
      this.area.setSelectionRange(first.begin, first.end);
      return;
    }
    this.answers.replace(passage);
    for (const place of [...passage.places].reverse()) {
      this.area.setRangeText(`[${passage.kind.name["fr"] ?? passage.kind.code}]`, place.begin, place.end, "end"); // entries are in French
    }
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.look();
  }
}

function quoted(passage: Passage): string {
  return `«\u00a0${passage.words}\u00a0»`;
}

function words(said: Readonly<Record<string, string>> | undefined): string {
  return said?.[language] ?? said?.["fr"] ?? "";
}
