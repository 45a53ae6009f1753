// A draft survives a reload and a restart: it lies sealed on this device, under the writer's account, until the entry is saved, the
// draft is cleared or somebody signs out. Each of several open forms has its own.
import { canSeal } from "../../lib/offline/seal";
import { get, type Named, put, remove } from "../../lib/offline/store";
import { ClosedError, hasBox, OPENED, opened, sealed } from "../../lib/offline/vault";

const PAUSE_MS = 300;
const SLOTS = 8; // forms of one logbook open at once; a ninth keeps no draft
const NEVER = new Set(["csrfmiddlewaretoken", "logbook", "text_guard", "action_guard"]);
const WHAT = "draft";

interface Kept {
  readonly at: string;
  readonly fields: Readonly<Record<string, string>>;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What a draft is of: there is none, one is kept, one is there but closed, or the device keeps none. */
export type Standing = "none" | "kept" | "closed" | "cannot";

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("input[name], textarea[name], select[name]")].filter(({ name }) => !NEVER.has(name));
}

export class Draft {
  private timer = 0;
  private name: string | undefined;
  private account = 0;
  private written = Promise.resolve();
  private typed = 0; // times that something was typed, and how many of these are on the disk
  private onDisk = 0;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly changed: (standing: Standing) => void,
  ) {
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    window.addEventListener("pagehide", () => void this.keep());
    window.addEventListener("beforeunload", (event) => this.leaving(event));
    document.addEventListener(OPENED, () => void this.keep()); // the first visit: what was typed before the key was here
    document.addEventListener("visibilitychange", () => void (document.visibilityState === "hidden" ? this.keep() : undefined));
  }

  /** Put back what was typed before a reload; tell when it was kept, null where there is nothing that can be read now. */
  async restore(): Promise<Date | null> {
    const owner = this.form.dataset["draft"];
    if (owner === undefined || !canSeal()) return null;
    this.account = Number(owner.split(":")[0]);
    const names = Array.from({ length: SLOTS }, (_, slot) => `${owner}:${slot}`);
    const places = await Promise.all(names.map(async (name) => ({ name, row: await get<Named>("drafts", name) })));
    for (const { name, row } of places.sort((one, other) => Number(other.row !== undefined) - Number(one.row !== undefined))) {
      if (!(await locked(`draft:${name}`))) continue; // of another form that is open
      const kept = row === undefined ? null : await opened<Kept>(this.account, WHAT, row.sealed).catch((error: unknown) => (error instanceof ClosedError ? "closed" : null));
      if (kept === "closed") {
        this.changed("closed");
        continue; // it waits for its key, untouched
      }
      this.name = name;
      if (kept === null || this.said().length > 0) return null; // whoever has begun to write goes on
      this.fill(kept);
      return new Date(kept.at);
    }
    return null;
  }

  private fill(kept: Kept): void {
    for (const field of fieldsOf(this.form)) {
      const value = kept.fields[field.name];
      if (value !== undefined) field.value = value;
    }
    this.changed("kept");
  }

  async keep(): Promise<void> {
    window.clearTimeout(this.timer);
    const name = this.name;
    if (name === undefined) return;
    if (this.said().length === 0) {
      await this.drop();
      return;
    }
    const typed = this.typed;
    const fields = Object.fromEntries(fieldsOf(this.form).map(({ name: field, value }) => [field, value]));
    await this.inTurn(async () => {
      if (!(await hasBox(this.account))) {
        this.changed("cannot");
        return;
      }
      const hidden = await sealed(this.account, WHAT, { at: new Date().toISOString(), fields } satisfies Kept);
      await put("drafts", { name, account: this.account, sealed: hidden });
      this.onDisk = Math.max(this.onDisk, typed);
      this.changed("kept");
    });
  }

  async drop(): Promise<void> {
    window.clearTimeout(this.timer);
    this.onDisk = this.typed; // nothing is left that could be lost
    const name = this.name;
    if (name !== undefined) await this.inTurn(async () => void (await remove("drafts", name)));
    this.changed("none");
  }

  /** Fields that a person filled. */
  private said(): Field[] {
    return fieldsOf(this.form).filter((field) => field.name !== "key" && field.type !== "hidden" && field.value !== field.dataset["usual"] && field.value.trim() !== "");
  }

  /** One after the other, so that what was dropped last stays dropped. */
  private inTurn(act: () => Promise<void>): Promise<void> {
    this.written = this.written.then(act).catch(() => this.changed("cannot"));
    return this.written;
  }

  /** A page that goes does not wait for the disk: the browser asks first while something typed is not there yet. */
  private leaving(event: Event): void {
    if (this.form.dataset["draft"] !== undefined && this.typed > this.onDisk && this.said().length > 0) event.preventDefault();
  }

  private soon(): void {
    this.typed += 1;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.keep(), PAUSE_MS);
  }
}

/** Hold a lock as long as the page lives; tell whether it was free. */
function locked(name: string): Promise<boolean> {
  if (navigator.locks === undefined) return Promise.resolve(true);
  return new Promise((done) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      done(lock !== null);
      return lock === null ? undefined : new Promise<void>(() => undefined);
    });
  });
}
