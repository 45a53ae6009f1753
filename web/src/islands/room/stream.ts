// The one stream of the room: parts of the board as they change. After a cut it comes back by itself, later each time
// that it fails, and asks only for what the screen does not have; what it hears, and since when it hears nothing, is said.
import { t } from "../../lib/words";
import type { Board } from "./types";

const STALE_MS = 35_000; // three beats of ten seconds that did not come
const FIRST_MS = 500;
const MOST_MS = 30_000; // a server that comes back is not overrun, and nobody waits for longer
const ASKED_AFTER = 2; // cuts in a row after which the reason is asked for

export interface State {
  readonly kind: "live" | "cut" | "stale" | "out";
  readonly heard: Date;
  /** Seconds to the next try, while cut. */
  readonly seconds: number;
}

type Hears = { [Name in keyof Board]: (part: Board[Name]) => void };

export class Stream {
  private source: EventSource | undefined;
  private known = "";
  private cuts = 0;
  private retryAt = 0;
  private heard = Date.now();
  private isOut = false;

  constructor(
    private address: () => { stream: string; board: string },
    private readonly hears: Hears,
    private readonly says: (state: State) => void,
  ) {
    window.setInterval(() => this.tick(), 1_000);
    window.addEventListener("online", () => this.open());
    window.addEventListener("offline", () => this.lose());
    window.addEventListener("pagehide", () => this.source?.close());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.open();
    });
    this.open();
  }

  /** Begin anew: for another view nothing is known yet. */
  restart(): void {
    this.known = "";
    this.cuts = 0;
    this.open();
  }

  private open(): void {
    this.source?.close();
    this.retryAt = 0;
    const { stream } = this.address();
    const source = new EventSource(`${stream}${stream.includes("?") ? "&" : "?"}last=${this.known}`);
    this.source = source;
    for (const name of Object.keys(this.hears) as (keyof Board)[]) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        if (source !== this.source) return; // the last words of a view that is no longer shown
        this.hear(event.lastEventId);
        (this.hears[name] as (part: unknown) => void)(JSON.parse(event.data));
      });
    }
    source.addEventListener("beat", (event: MessageEvent<string>) => this.hear(event.lastEventId));
    source.addEventListener("error", () => {
      if (source === this.source) this.lose();
    });
  }

  private hear(known: string): void {
    this.known = known;
    this.heard = Date.now();
    this.cuts = 0;
    this.isOut = false;
    this.say();
  }

  /** After a cut: try again by ourselves, each time after twice as long, not all screens at the same moment. */
  private lose(): void {
    this.source?.close();
    const longest = Math.min(MOST_MS, FIRST_MS * 2 ** this.cuts);
    this.cuts += 1;
    this.retryAt = Date.now() + longest * (0.5 + Math.random() / 2);
    if (this.cuts > ASKED_AFTER) void this.ask();
    this.say();
  }

  /** A stream does not tell why it was refused: ask the board. */
  private async ask(): Promise<void> {
    const answer = await fetch(this.address().board, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
    this.isOut = answer !== null && (answer.status === 401 || answer.status === 403);
    this.say();
  }

  private tick(): void {
    if (this.retryAt > 0 && Date.now() >= this.retryAt) this.open();
    this.say();
  }

  private say(): void {
    const isStale = Date.now() - this.heard > STALE_MS;
    const kind = this.isOut ? "out" : isStale ? "stale" : this.cuts > 1 || (this.cuts === 1 && this.retryAt === 0) ? "cut" : "live";
    this.says({ kind, heard: new Date(this.heard), seconds: Math.max(0, Math.ceil((this.retryAt - Date.now()) / 1_000)) });
  }
}

/** What a state is in words. */
export function words({ kind, seconds }: State, when: string): string {
  if (kind === "out") return t("Signed out: nothing new is shown. Sign in again.");
  if (kind === "stale") return t("Stale: nothing was heard of the portal since %(when)s. What is shown may be wrong.", { when });
  if (kind === "cut") return seconds > 0 ? t("Connection cut at %(when)s: next try in %(seconds)s s.", { when, seconds }) : t("Connection cut at %(when)s: trying again.", { when });
  return t("Live, heard at %(when)s.", { when });
}
