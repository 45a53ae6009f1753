// The line in the header that says whether the network is there and what waits. It starts the worker, keeps what work without
// network needs, and sends what waits: at once, when the network is back, and again and again, more and more slowly.
import { icon, need } from "../lib/dom";
import { SHIFTS, SIGN_OUT, WORKER } from "../lib/offline/addresses";
import { forget, keep } from "../lib/offline/kept";
import { onChange } from "../lib/offline/queue";
import { canSeal } from "../lib/offline/seal";
import { counts, type State } from "../lib/offline/store";
import { type End, sync } from "../lib/offline/sync";
import { close, destroy, EndedError, greet, handOver } from "../lib/offline/vault";
import { toast } from "../lib/toast";
import { dates, language, t, tn } from "../lib/words";

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const SYNC_TAG = "quietude-waiting";

type Counted = Readonly<Record<State | "others", number>>;

export default async function start(host: HTMLElement): Promise<void> {
  const account = Number(host.dataset["account"]);
  if (!canSeal() || Number.isNaN(account)) { // without HTTPS browsers keep nothing safely
    host.hidden = true;
    return;
  }
  const network = new Network(host, account);
  await network.wake();
}

class Network {
  private end: End = "done";
  private isSending = false;
  private awaySince: Date | null = navigator.onLine ? null : new Date();
  private pause = FIRST_PAUSE_MS;
  private timer = 0;
  private counted: Counted = { waiting: 0, refused: 0, clock: 0, conflict: 0, others: 0 };

  constructor(
    private readonly host: HTMLElement,
    private readonly account: number,
  ) {}

  async wake(): Promise<void> {
    onChange(() => void this.recount().then(() => this.later(0)));
    window.addEventListener("online", () => this.now());
    window.addEventListener("offline", () => this.away());
    window.addEventListener("pagehide", handOver);
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? handOver() : this.now()));
    document.addEventListener("quietude:send", () => this.now());
    document.addEventListener("submit", (event) => this.signingOut(event), { capture: true });
    await this.recount();
    void this.settle();
  }

  /** Start the worker and keep what is needed; a device without room, or a browser that forbids it, works on as before. */
  private async settle(): Promise<void> {
    try {
      if ("serviceWorker" in navigator) {
        await navigator.serviceWorker.register(WORKER);
        void controlled();
      }
      if (navigator.onLine) {
        if ((await greet(this.account)).account !== this.account) return;
        await keep(this.account, `${this.host.dataset["edition"] ?? ""} ${language}`, window.location.pathname.startsWith(SHIFTS));
      }
    } catch (error) {
      this.host.dataset["kept"] = "no";
      if (error instanceof EndedError) await this.ended();
    } finally {
      if (navigator.onLine) this.host.dataset["kept"] ??= "yes";
      this.later(0);
    }
  }

  /** The session is over: what was kept to be read goes with it, what waits stays, sealed. */
  private async ended(): Promise<void> {
    close();
    navigator.serviceWorker?.controller?.postMessage({ say: "forget" });
    await forget().catch(() => undefined);
  }

  private now(): void {
    this.pause = FIRST_PAUSE_MS;
    this.later(0);
  }

  private away(): void {
    this.awaySince ??= new Date();
    this.show();
  }

  private later(ms: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.send(), ms);
  }

  private async send(): Promise<void> {
    if (this.isSending) return;
    if (!navigator.onLine) {
      this.away();
      return;
    }
    if (this.counted.waiting === 0 && this.awaySince === null) {
      this.show();
      return;
    }
    const outcome = await sync(this.account, () => {
      this.isSending = true;
      this.show();
    });
    this.isSending = false;
    if (outcome.end !== "busy") this.end = outcome.end;
    if (outcome.end === "ended") await this.ended();
    if (outcome.end === "away") this.awaySince ??= new Date();
    else this.awaySince = null;
    await this.recount();
    if (outcome.saved.length > 0) {
      this.pause = FIRST_PAUSE_MS;
      const [label] = outcome.saved;
      toast(outcome.saved.length === 1 ? t("%(label)s is saved.", { label: label ?? "" }) : t("%(count)s entries were sent and are saved.", { count: outcome.saved.length }), { tone: "success" });
      document.body.dispatchEvent(new CustomEvent("quietude:saved"));
    }
    if (this.counted.waiting === 0) return;
    void wakeLater();
    this.later(this.pause * (0.75 + Math.random() / 2)); // not all tablets of a town in one second
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE_MS);
  }

  private async recount(): Promise<void> {
    this.counted = await counts(this.account).catch(() => this.counted);
    this.show();
  }

  private show(): void {
    const { text, name, tone } = this.said();
    const said = need("[data-said]", this.host);
    if (said.textContent !== text) said.textContent = text;
    this.host.dataset["tone"] = tone;
    this.host.querySelector("svg")?.replaceWith(icon(name));
    this.host.querySelector<HTMLElement>("[data-count]")?.replaceChildren(this.total === 0 ? "" : String(this.total));
  }

  private get mine(): number {
    return this.counted.refused + this.counted.clock + this.counted.conflict;
  }

  private get total(): number {
    return this.counted.waiting + this.mine;
  }

  private said(): { text: string; name: string; tone: string } {
    const waits = this.counted.waiting > 0 ? tn("%(count)s entry waits", "%(count)s entries wait", this.counted.waiting) : "";
    const needs = this.mine > 0 ? tn("%(count)s needs you", "%(count)s need you", this.mine) : "";
    const also = [waits, needs].filter(Boolean).join(" · ");
    if (this.isSending) return { text: t("Sending"), name: "refresh-cw", tone: "busy" };
    if (this.awaySince !== null) {
      const clock = new Intl.DateTimeFormat(dates, { timeStyle: "short" }).format(this.awaySince);
      return { text: [t("No network since %(clock)s", { clock }), also].filter(Boolean).join(" · "), name: "cloud-off", tone: "away" };
    }
    if (this.total > 0 && (this.end === "ended" || this.end === "other")) return { text: [t("Sign in to send"), also].join(" · "), name: "lock", tone: "needs" };
    if (needs !== "") return { text: also, name: "circle-alert", tone: "needs" };
    return waits === "" ? { text: t("Online"), name: "wifi", tone: "on" } : { text: waits, name: "clock", tone: "busy" };
  }

  /** Signing out clears the device: what was not sent yet is sent first, and nothing is deleted without a word. */
  private signingOut(event: Event): void {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !(form.getAttribute("action") ?? "").includes(SIGN_OUT) || form.dataset["sure"] !== undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void this.signOut(form);
  }

  private async signOut(form: HTMLFormElement): Promise<void> {
    if (navigator.onLine && this.counted.waiting > 0) await sync(this.account);
    await this.recount();
    if (!navigator.onLine) {
      toast(t("Without network the portal cannot end your session. Lock the device, and sign out when the network is back."), { tone: "error" });
      return;
    }
    const left = tn("%(count)s entry was not sent and is on this device only. Signing out deletes it.", "%(count)s entries were not sent and are on this device only. Signing out deletes them.", this.total);
    if (this.total > 0 && !window.confirm(left)) return;
    if (this.counted.others > 0) { // they stay, sealed, for the one who wrote them; what is ours goes here and now
      await destroy(this.account);
      await forget();
      sessionStorage.clear();
      localStorage.clear();
      const keeps = document.createElement("input");
      Object.assign(keeps, { type: "hidden", name: "keeps", value: "1" });
      form.append(keeps);
    }
    form.dataset["sure"] = "";
    form.requestSubmit();
  }
}

/** A page that was on its way when the worker woke is not the worker's: it asks to be, and gives its key as soon as it is. */
async function controlled(): Promise<void> {
  navigator.serviceWorker.addEventListener("controllerchange", handOver);
  const { active } = await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller === null) active?.postMessage({ say: "claim" });
}

/** Ask the browser to wake the worker when the network is back, even with every page closed; some browsers do. */
async function wakeLater(): Promise<void> {
  const registration = (await navigator.serviceWorker.ready) as ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };
  await registration.sync?.register(SYNC_TAG).catch(() => undefined);
}
