// Chooses files by button, camera, drop or paste; shows each with its preview, a caption and what is wrong with it; sends
// them one after the other, with the entry that is being written (once it is saved) or to the one on the page.
import { element, icon, need } from "../../lib/dom";
import { t } from "../../lib/words";
import { megabytes, NotTaken, ready, type Ready } from "./reduce";
import { upload, UploadError } from "./upload";

const PREVIEW_PX = 128; // drawn at half that, for fine screens

type State = "looked-at" | "waiting" | "sending" | "sent" | "refused";

class Row {
  readonly shown: HTMLLIElement;
  readonly caption: HTMLInputElement;
  readonly looked: Promise<void>;
  state: State = "looked-at";
  private address = "";
  private made: Ready | undefined;
  private readonly key = crypto.randomUUID();
  private readonly picture = element("span", { class: "attach__picture" }, icon("file-text", 20));
  private readonly name: HTMLElement;
  private readonly said = element("p", { class: "soft attach__said" });
  private readonly progress = element("progress", { class: "attach__progress", max: 1, value: 0, hidden: true });
  private readonly again: HTMLButtonElement;
  private readonly stop = new AbortController();

  constructor(
    file: File,
    bytesMax: number,
    private readonly chooser: Chooser,
  ) {
    this.name = element("strong", { class: "attach__name" }, file.name);
    this.caption = element("input", { type: "text", class: "input", maxlength: 300, placeholder: t("Caption"), "aria-label": t("Caption of %(name)s", { name: file.name }) });
    this.progress.setAttribute("aria-label", t("Sending %(name)s", { name: file.name }));
    const remove = element("button", { type: "button", class: "button button--quiet button--icon", "aria-label": t("Remove %(name)s from the list", { name: file.name }) }, icon("x"));
    remove.addEventListener("click", () => chooser.remove(this));
    this.again = element("button", { type: "button", class: "button", hidden: true }, icon("refresh-cw"), t("Try again"));
    this.again.addEventListener("click", () => void chooser.retry(this));
    this.shown = element("li", { class: "attach__row" }, this.picture, element("div", { class: "attach__about" }, this.name, this.said, this.progress, this.caption, this.again), remove);
    this.said.textContent = t("Looking at the file…");
    this.looked = this.look(file, bytesMax);
  }

  abort(): void {
    this.stop.abort();
  }

  /** Say that its entry waits without it. */
  stay(): void {
    this.turn("refused", t("Its entry waits for the network, and files do not: attach it on the entry's page once that is sent."));
  }

  /** Send it, again to where it was sent before; what goes wrong is said on the row. */
  async send(address = this.address): Promise<void> {
    this.address = address;
    await this.looked;
    if (this.made === undefined || this.state === "sent") return;
    const body = new FormData();
    body.append("key", this.key);
    body.append("caption", this.caption.value);
    body.append("files", this.made.file, this.made.file.name);
    this.turn("sending", t("Sending…"));
    try {
      const done = await upload(address, body, (share) => (this.progress.value = share), this.stop.signal);
      this.turn("sent", "");
      this.said.replaceChildren(icon("circle-check"), " ", t("Attached:"), " ", element("a", { href: done.address }, done.name));
      this.chooser.tell(t("%(name)s is attached.", { name: done.name }));
    } catch (error) {
      this.refuse(error instanceof Error ? error.message : String(error), error instanceof UploadError && error.isPassing);
    }
  }

  private async look(file: File, bytesMax: number): Promise<void> {
    try {
      this.made = await ready(file, bytesMax);
    } catch (error) {
      this.refuse(error instanceof NotTaken ? error.message : t("This file cannot be read. Choose it again."), false);
      return;
    }
    if (this.made.picture !== null) this.picture.replaceChildren(preview(this.made.picture));
    this.name.textContent = this.made.file.name;
    this.turn("waiting", [megabytes(this.made.file.size), this.made.note].filter(Boolean).join(" · "));
    this.chooser.tell(`${this.made.file.name}: ${this.said.textContent}`);
  }

  private refuse(why: string, mayRetry: boolean): void {
    this.turn("refused", "");
    this.said.replaceChildren(icon("circle-alert"), element("span", {}, why));
    this.again.hidden = !mayRetry;
    this.chooser.tell(`${this.name.textContent}: ${why}`);
  }

  private turn(state: State, said: string): void {
    this.state = state;
    this.said.textContent = said;
    this.said.classList.toggle("field__error", state === "refused");
    this.said.classList.toggle("soft", state !== "refused");
    this.progress.hidden = state !== "sending";
    this.progress.value = 0;
    this.caption.hidden = state !== "waiting" && state !== "looked-at";
    this.again.hidden = true;
  }
}

function preview(picture: ImageBitmap): HTMLCanvasElement {
  const canvas = element("canvas", { width: PREVIEW_PX, height: PREVIEW_PX, "aria-hidden": "true" });
  const side = Math.min(picture.width, picture.height);
  canvas.getContext("2d")?.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, PREVIEW_PX, PREVIEW_PX);
  picture.close();
  return canvas;
}

class Chooser {
  private rows: Row[] = [];
  private readonly list: HTMLUListElement;
  private readonly said: HTMLElement;
  private readonly bytesMax: number;

  constructor(private readonly host: HTMLElement) {
    this.list = need<HTMLUListElement>(".attach__list", host);
    this.said = need("[data-said]", host);
    this.bytesMax = Number(host.dataset["bytesMax"]);
    const address = host.dataset["address"];
    for (const hidden of host.querySelectorAll<HTMLElement>(".attach__hint, .attach__camera, .attach__pick")) hidden.hidden = false;
    for (const input of host.querySelectorAll<HTMLInputElement>("input[type=file]")) {
      input.removeAttribute("name"); // files go one by one, not with the form
      input.classList.add("visually-hidden"); // its button says how many were chosen last; the list says it better
      input.addEventListener("change", () => {
        this.take(input.files);
        input.value = "";
      });
    }
    const form = host.closest("form");
    if (form === null) throw new Error("the chooser of files stands in a form");
    this.catchFiles(form);
    if (address === undefined) this.followEntry(form);
    else this.sendOnSubmit(form, address);
    window.addEventListener("beforeunload", (event) => {
      if (this.rows.some(({ state }) => state !== "sent" && state !== "refused")) event.preventDefault();
    });
  }

  tell(text: string): void {
    this.said.textContent = text;
  }

  remove(row: Row): void {
    row.abort();
    const next = row.shown.nextElementSibling ?? row.shown.previousElementSibling;
    row.shown.remove();
    this.rows = this.rows.filter((each) => each !== row);
    this.list.hidden = this.rows.length === 0;
    (next?.querySelector<HTMLElement>("button.button--icon") ?? need<HTMLElement>("input[type=file]", this.host)).focus();
  }

  async retry(row: Row): Promise<void> {
    await row.send();
    this.finish();
  }

  private take(files: FileList | null | undefined): void {
    if (files === null || files === undefined || files.length === 0) return;
    this.drop(({ state }) => state === "sent");
    for (const file of files) {
      const row = new Row(file, this.bytesMax, this);
      this.rows.push(row);
      this.list.append(row.shown);
    }
    this.list.hidden = false;
  }

  private drop(which: (row: Row) => boolean): void {
    for (const row of this.rows.filter(which)) row.shown.remove();
    this.rows = this.rows.filter((row) => !which(row));
    this.list.hidden = this.rows.length === 0;
  }

  private catchFiles(form: HTMLFormElement): void {
    form.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.host.classList.add("attach--over");
    });
    form.addEventListener("dragleave", () => this.host.classList.remove("attach--over"));
    form.addEventListener("drop", (event) => {
      this.host.classList.remove("attach--over");
      if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
      event.preventDefault();
      this.take(event.dataTransfer.files);
    });
    document.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (files === undefined || files.length === 0 || event.clipboardData?.types.includes("text/plain") === true) return;
      event.preventDefault();
      this.take(files);
    });
  }

  /** Files wait until the entry that is being written has its number, then follow it. */
  private followEntry(form: HTMLFormElement): void {
    form.querySelector("[data-clears]")?.addEventListener("click", () => this.drop(({ state }) => state !== "sending"));
    form.addEventListener("quietude:kept", () => this.stay());
    document.body.addEventListener("quietude:saved", (event) => {
      const address = (event as CustomEvent<{ address?: string } | null>).detail?.address;
      if (address === undefined || this.rows.length === 0) return;
      const mine = this.rows.filter(({ state }) => state === "waiting" || state === "looked-at");
      void this.sendAll(mine, `${address}attachments/add/`);
    });
  }

  /** An entry that is kept for later goes without its files: they must not follow the next one. */
  private stay(): void {
    for (const row of this.rows) if (row.state === "waiting" || row.state === "looked-at") row.stay();
  }

  private sendOnSubmit(form: HTMLFormElement, address: string): void {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const mine = this.rows.filter(({ state }) => state === "waiting" || state === "looked-at");
      if (mine.length === 0) {
        delete form.dataset["sent"];
        this.tell(t("No file was chosen. Choose a photograph or a PDF, then send it."));
        need<HTMLElement>("input[type=file]", this.host).focus();
        return;
      }
      void this.sendAll(mine, address).finally(() => {
        delete form.dataset["sent"];
        this.finish();
      });
    });
  }

  private async sendAll(rows: readonly Row[], address: string): Promise<void> {
    for (const row of rows) await row.send(address);
  }

  /** On an entry's own page, show it with what was attached once nothing is left to mend. */
  private finish(): void {
    if (this.host.dataset["waits"] === undefined && this.rows.every(({ state }) => state === "sent")) window.location.reload();
  }
}

export default function start(host: HTMLElement): void {
  new Chooser(host);
}
