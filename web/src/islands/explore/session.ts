// One selection at a time: asks the server, keeps the address in step, and tells the three views. A newer question
// cancels the older one, so that a late answer never overwrites a newer one.
import { RequestError, send } from "../../lib/send";
import type { Answer } from "./types";

export const SLOW_MS = 300; // before that, a skeleton would only flicker

export type History = "push" | "replace" | "none";
export type Listener = (answer: Answer) => void;
export interface Problem {
  readonly message: string;
  /** Character of the typed text that the error points at. */
  readonly position?: number;
  readonly remedy?: string;
}

export class Session {
  /** Grows with each answer; what has drawn it says so by this number. */
  serial = 0;
  /** What the server may prepare while it answers: the tile (z/x/y) in the middle of the map, which is asked for next. */
  around: () => string | null = () => null;
  private readonly listeners: Listener[] = [];
  private asking: AbortController | undefined;
  private last: { query: string; changes: readonly string[]; history: History } | undefined;

  constructor(
    readonly root: HTMLElement,
    private readonly address: string,
    private readonly page: string,
    public answer: Answer,
  ) {
    history.replaceState({ explore: true }, "", this.pageAddress(answer.query));
    window.addEventListener("popstate", () => void this.ask(window.location.search.slice(1), [], "none"));
    window.addEventListener("online", () => {
      if (this.root.dataset["problem"] !== undefined) void this.again();
    });
  }

  /** Call `listener` with each new answer. */
  on(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Apply changes ("zone:quartier:13201-le-panier") to the selection as it is now. */
  change(...changes: string[]): Promise<Problem | null> {
    return this.ask(this.answer.query, changes, "push");
  }

  /** Change how the selection is shown: keys of the address other than the filter's; an empty value drops the key. */
  display(changes: Readonly<Record<string, string>>, history: History = "push"): Promise<Problem | null> {
    const parameters = new URLSearchParams(this.answer.query);
    for (const [key, value] of Object.entries(changes)) {
      if (value === "") parameters.delete(key);
      else parameters.set(key, value);
    }
    return this.ask(parameters.toString(), [], history);
  }

  /** Keep where the map stands in the address, without asking anything. */
  note(key: string, value: string): void {
    const parameters = new URLSearchParams(this.answer.query);
    parameters.set(key, value);
    this.answer = { ...this.answer, query: parameters.toString() };
    history.replaceState({ explore: true }, "", this.pageAddress(this.answer.query));
  }

  /** Ask for a selection; returns what the server objected to the question, or null. Failures are shown by the views. */
  async ask(query: string, changes: readonly string[], how: History): Promise<Problem | null> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.last = { query, changes, history: how };
    performance.mark("explore:asked");
    const slow = window.setTimeout(() => this.root.classList.add("is-slow"), SLOW_MS);
    try {
      const parameters = new URLSearchParams(query);
      for (const change of changes) parameters.append("change", change);
      const around = this.around();
      const response = await send(`${this.address}?${parameters}`, { signal: asking.signal, headers: around === null ? {} : { "X-Map-Around": around } });
      const answer = (await response.json()) as Answer & { problem?: Problem };
      if (asking.signal.aborted) return null;
      if (answer.problem !== undefined) return answer.problem;
      performance.mark("explore:answered");
      delete this.root.dataset["problem"];
      if (how !== "none") this.remember(answer.query, how);
      this.tell(answer);
      return null;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return null;
      this.fail(error);
      return null;
    } finally {
      window.clearTimeout(slow);
      if (this.asking === asking) this.root.classList.remove("is-slow");
    }
  }

  /** Ask the last question again, after a failure. */
  again(): Promise<Problem | null> {
    return this.last === undefined ? Promise.resolve(null) : this.ask(this.last.query, this.last.changes, this.last.history);
  }

  /** Give up what is being asked; the screen keeps what it shows. */
  cancel(): void {
    this.asking?.abort();
    this.asking = undefined;
    this.root.classList.remove("is-slow");
  }

  private remember(query: string, how: "push" | "replace"): void {
    const address = this.pageAddress(query);
    if (how === "push" && address !== window.location.pathname + window.location.search) history.pushState({ explore: true }, "", address);
    else history.replaceState({ explore: true }, "", address);
  }

  private pageAddress(query: string): string {
    return query === "" ? this.page : `${this.page}?${query}`;
  }

  private tell(answer: Answer): void {
    this.answer = answer;
    this.serial += 1;
    document.title = answer.title;
    for (const listener of this.listeners) listener(answer);
    this.root.dataset["answered"] = String(this.serial);
  }

  private fail(error: unknown): void {
    if (error instanceof RequestError && error.status === 401) {
      window.location.reload();
      return;
    }
    this.root.dataset["problem"] = error instanceof Error ? error.message : String(error);
    this.root.dispatchEvent(new CustomEvent("explore:problem", { detail: this.root.dataset["problem"] }));
  }
}
