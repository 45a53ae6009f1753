// The search box of every page: words, conditions, streets and pages while one types (ARIA combobox), and what was
// searched before in this browser. Without scripts it is a plain form; on a telephone its icon opens it.
import { element, icon, need } from "../lib/dom";
import { send } from "../lib/send";
import { t, tn } from "../lib/words";

interface Offer {
  /** What stands in the box when it is taken. */
  readonly text: string;
  readonly label: string;
  readonly kind: string;
  readonly icon: string;
  /** Of a page of the portal, else "". */
  readonly address: string;
  /** Whether it is the beginning of a condition: more is to be typed. */
  readonly open: boolean;
}

interface Answer {
  readonly suggestions: readonly Offer[];
  /** False while the server gathers the reader's words. */
  readonly whole: boolean;
}

const PAUSE_MS = 60; // below the time between two key strokes of a quick typist, above a key's own bounce
const AGAIN_MS = 500;
const AGAIN_MOST = 12; // words of a million facts are gathered in some three seconds
const SHORTEST = 2;
const RECENT_KEPT = 8;
const RECENT_SHOWN = 3; // beside suggestions; all of them where nothing is typed
const CLOSE_ZOOM = 13; // of Explore's map: from here on it shows a part of the town, and what is near to it is meant
const FORGET = "forget";

/** What was searched before, newest first; it stays in this browser, under the account, and goes at sign-out. */
class Recent {
  constructor(private readonly key: string) {}

  all(): readonly string[] {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "[]") as unknown;
      return Array.isArray(kept) ? kept.filter((text): text is string => typeof text === "string") : [];
    } catch {
      return []; // storage is closed, or holds something else
    }
  }

  add(text: string): void {
    if (text.trim() === "") return;
    try {
      localStorage.setItem(this.key, JSON.stringify([text, ...this.all().filter((other) => other !== text)].slice(0, RECENT_KEPT)));
    } catch {
      // storage is closed or full: searching works without it
    }
  }

  forget(): void {
    localStorage.removeItem(this.key);
  }
}

class SearchBox {
  private readonly form: HTMLFormElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly said: HTMLElement;
  private readonly recent: Recent;
  private offers: readonly Offer[] = [];
  private active = -1;
  private asking: AbortController | undefined;
  private timer = 0;
  private again = 0;

  constructor(private readonly host: HTMLElement) {
    this.form = need<HTMLFormElement>("form", host);
    this.input = need<HTMLInputElement>("input", this.form);
    this.recent = new Recent(`search.recent.${host.dataset["account"] ?? ""}`);
    this.list = element("ul", { class: "top__offers", role: "listbox", id: "search-box-offers", "aria-label": t("Suggestions"), hidden: true });
    this.said = element("span", { class: "visually-hidden", role: "status" });
    this.form.append(this.list, this.said);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("focus", () => void this.suggest());
    this.input.addEventListener("keydown", (event) => this.keyed(event));
    this.form.addEventListener("submit", () => this.sent());
    this.form.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.form.contains(event.relatedTarget))) this.leave();
    });
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (option !== null) this.choose(Number(option.dataset["index"]));
    });
    need("[data-search-opens]", host).addEventListener("click", (event) => {
      event.preventDefault();
      host.classList.add("is-open");
      this.input.focus();
    });
  }

  private typed(): void {
    this.again = 0;
    this.activate(-1); // Enter now means the text as typed, not what an earlier list offered
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.suggest(), PAUSE_MS);
  }

  private async suggest(): Promise<void> {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const text = this.input.value;
    if (text.trim().length < SHORTEST) this.show(this.before(""));
    try {
      const answer = (await (await send(`${this.host.dataset["suggests"] ?? ""}?${new URLSearchParams({ q: text }).toString()}`, { signal: asking.signal })).json()) as Answer;
      if (asking.signal.aborted || document.activeElement !== this.input) return;
      if (text.trim().length >= SHORTEST && this.active < 0) this.show([...this.before(text), ...answer.suggestions]);
      if (!answer.whole && this.again < AGAIN_MOST) {
        this.again += 1;
        this.timer = window.setTimeout(() => void this.suggest(), AGAIN_MS);
      }
    } catch {
      if (!asking.signal.aborted) this.show([]); // without suggestions the box still searches
    }
  }

  private before(text: string): Offer[] {
    const typed = text.trim().toLowerCase();
    const kept = this.recent.all().filter((each) => each.toLowerCase().startsWith(typed) && each.toLowerCase() !== typed);
    const shown = typed === "" ? kept : kept.slice(0, RECENT_SHOWN);
    const offers = shown.map((each) => ({ text: each, label: each, kind: t("searched before"), icon: "history", address: "", open: false }));
    if (typed === "" && offers.length > 0) offers.push({ text: "", label: t("Forget these searches"), kind: t("on this device"), icon: "x", address: FORGET, open: false });
    return offers;
  }

  private show(offers: readonly Offer[]): void {
    this.offers = offers;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(
      ...offers.map((offer, index) =>
        element(
          "li",
          { role: "option", id: `${this.list.id}-${index}`, "data-index": index, "aria-selected": "false", class: "top__offer" },
          icon(offer.icon),
          element("span", { class: "top__offer-label" }, offer.label),
          offer.kind === "" ? null : element("span", { class: "top__offer-kind" }, offer.kind),
        ),
      ),
    );
    this.expand(offers.length > 0);
    this.said.textContent = offers.length > 0 ? tn("%(count)s suggestion", "%(count)s suggestions", offers.length) : "";
  }

  private expand(isOpen: boolean): void {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    this.show([]);
  }

  private leave(): void {
    this.close();
    this.host.classList.remove("is-open");
  }

  private keyed(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && !event.altKey) {
      event.preventDefault();
      if (this.offers.length === 0) void this.suggest();
      else this.activate((this.active + step + this.offers.length + (this.active < 0 && step < 0 ? 1 : 0)) % this.offers.length);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (this.list.hidden) this.input.blur();
      else this.close();
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
    const offer = this.offers[index];
    if (offer === undefined) return;
    if (offer.address === FORGET) {
      this.recent.forget();
      this.close();
    } else if (offer.address !== "") window.location.assign(offer.address);
    else {
      this.input.value = offer.text;
      if (offer.open) void this.suggest();
      else this.form.requestSubmit();
    }
  }

  /** What is searched is remembered here; from a close look at Explore's map, what is near to its middle comes first. */
  private sent(): void {
    this.recent.add(this.input.value.trim());
    const [lat, lon, zoom] = (new URLSearchParams(window.location.search).get("at") ?? "").split(",").map(Number);
    if (lat === undefined || lon === undefined || !((zoom ?? 0) >= CLOSE_ZOOM)) return;
    this.form.append(element("input", { type: "hidden", name: "from", value: `${lat.toFixed(5)},${lon.toFixed(5)}` }));
  }
}

export default function start(host: HTMLElement): void {
  new SearchBox(host);
}
