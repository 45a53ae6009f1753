// A draft survives a reload: it lies in this tab's own storage, under the writer's account, until the entry is saved, the
// draft is cleared or somebody signs out (the portal then has the browser clear its storage).
const PREFIX = "draft:";
const PAUSE_MS = 300;
const NEVER = new Set(["csrfmiddlewaretoken", "logbook", "text_guard", "action_guard"]);

interface Kept {
  readonly at: string;
  readonly fields: Readonly<Record<string, string>>;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("input[name], textarea[name], select[name]")].filter(({ name }) => !NEVER.has(name));
}

export class Draft {
  private timer = 0;
  private readonly name: string | undefined;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly changed: (isKept: boolean) => void,
  ) {
    const owner = form.dataset["draft"];
    this.name = owner === undefined ? undefined : PREFIX + owner;
    this.dropOthers();
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    window.addEventListener("pagehide", () => this.keep());
    document.addEventListener("submit", (event) => {
      if (event.target instanceof HTMLFormElement && (event.target.getAttribute("action") ?? "").includes("/sign-out/")) this.drop();
    });
  }

  /** Put back what was typed before a reload; tell when it was kept, null where there is nothing. */
  restore(): Date | null {
    const kept = this.read();
    if (kept === null) return null;
    for (const field of fieldsOf(this.form)) {
      const value = kept.fields[field.name];
      if (value !== undefined) field.value = value;
    }
    this.changed(true);
    return new Date(kept.at);
  }

  keep(): void {
    window.clearTimeout(this.timer);
    if (this.name === undefined) return;
    const said = fieldsOf(this.form).filter((field) => field.name !== "key" && field.type !== "hidden" && field.value !== field.dataset["usual"]);
    if (!said.some(({ value }) => value.trim() !== "")) {
      this.drop();
      return;
    }
    const fields = Object.fromEntries(fieldsOf(this.form).map(({ name, value }) => [name, value]));
    sessionStorage.setItem(this.name, JSON.stringify({ at: new Date().toISOString(), fields } satisfies Kept));
    this.changed(true);
  }

  drop(): void {
    window.clearTimeout(this.timer);
    if (this.name !== undefined) sessionStorage.removeItem(this.name);
    this.changed(false);
  }

  private soon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), PAUSE_MS);
  }

  private read(): Kept | null {
    const text = this.name === undefined ? null : sessionStorage.getItem(this.name);
    if (text === null) return null;
    try {
      return JSON.parse(text) as Kept;
    } catch {
      return null; // of another version of the form
    }
  }

  /** What another account left in this tab is nobody's any more. */
  private dropOthers(): void {
    if (this.name === undefined) return;
    const own = this.name.slice(0, this.name.indexOf(":", PREFIX.length) + 1);
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX) && !key.startsWith(own)) sessionStorage.removeItem(key);
  }
}
