// The entry form for hands that stay on the keyboard: type-ahead, times as they are read, drafts, Ctrl+Enter. Without this
// script the same form is sent and read by the server.
import { need } from "../../lib/dom";
import { startReading, startTerms } from "../../lib/reading";
import { clearRefusals, showRefusals, type Refusals } from "../../lib/refusals";
import { RequestError } from "../../lib/send";
import { toast } from "../../lib/toast";
import { dates, t } from "../../lib/words";
import { CategoryField } from "./category";
import { Draft, type Standing } from "./draft";
import { isAway, isMending, keepForLater, startCorrection, takeUp } from "./later";
import { PlaceField } from "./place";

interface Saved {
  readonly said?: string;
  readonly next_key?: string;
  readonly address?: string;
  readonly errors?: Refusals;
}

const PATIENCE_MS = 15_000; // of a save; a network that carries nothing is none

export default async function start(host: HTMLElement): Promise<void> {
  const form = host as HTMLFormElement;
  const draftSaid = form.querySelector<HTMLElement>("[data-draft-said]");
  const clears = form.querySelector<HTMLButtonElement>("[data-clears]");
  let restored: Date | null = null;
  const draft = new Draft(form, (standing) => {
    if (clears !== null) clears.hidden = standing !== "kept";
    if (draftSaid === null) return;
    draftSaid.hidden = standing === "none";
    draftSaid.textContent = said(standing, restored);
  });
  const category = new CategoryField(form);
  const place = form.querySelector("[name=place]") === null ? undefined : new PlaceField(form);
  const isRefused = form.querySelector(".field__error") !== null;
  startWhen(form);
  startTerms(form);
  startFollowUp(form);
  const isAlone = form.dataset["alone"] !== undefined;
  if (isAlone) need<HTMLInputElement>("[name=key]", form).value = crypto.randomUUID(); // the page is kept, its key was made once
  const restore = async (): Promise<void> => {
    const isTakenUp = !isRefused && (await takeUp(form));
    restored = isRefused || isTakenUp ? null : await draft.restore();
    if (restored === null && !isTakenUp) return;
    category.refresh();
    place?.refresh();
    if (restored !== null) void draft.keep(); // says so
    form.dispatchEvent(new CustomEvent("quietude:restored"));
  };

  const first = need<HTMLElement>("[name=when]", form);
  const empty = (key: string | undefined): void => {
    const logbook = need<HTMLInputElement>("[name=logbook]", form).value;
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("input[name], textarea[name], select[name]")) {
      if (field.name !== "csrfmiddlewaretoken" && field.name !== "key") field.value = "";
    }
    need<HTMLInputElement>("[name=logbook]", form).value = logbook;
    if (key !== undefined) need<HTMLInputElement>("[name=key]", form).value = key;
    restored = null;
    category.reset();
    place?.reset();
    void draft.drop();
    clearRefusals(form);
    form.dispatchEvent(new CustomEvent("quietude:emptied", { bubbles: true }));
    need<HTMLElement>("[data-read=when]", form).textContent = "";
    first.focus();
  };
  clears?.addEventListener("click", () => empty(undefined));
  let held: HTMLElement | null = null;
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    held = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    held?.blur(); // takes what a field was waiting for
    form.requestSubmit();
  });
  const address = form.dataset["save"];
  if (address === undefined && !isAlone) {
    startCorrection(form);
    if (isRefused) form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    await restore();
    return;
  }
  let isSaving = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isSaving) return;
    isSaving = true;
    void draft.keep();
    void Promise.all([category.ready(), place?.ready()])
      .then(() => (address === undefined || isMending(form) ? null : save(form, address)))
      .catch((error: unknown) => {
        if (isAway(error)) return null;
        throw error;
      })
      .then(async (saved) => {
        if (saved === null) {
          await keepForLater(form);
          empty(crypto.randomUUID());
          form.dispatchEvent(new CustomEvent("quietude:kept"));
          return;
        }
        if (saved.errors !== undefined) {
          showRefusals(form, saved.errors);
          return;
        }
        empty(saved.next_key);
        for (const earlier of document.querySelectorAll("#toasts .toast--success")) earlier.remove(); // one number at a time
        toast(saved.said ?? "", { tone: "success" });
        document.body.dispatchEvent(new CustomEvent("quietude:saved", { detail: { address: saved.address } }));
      })
      .catch((error: unknown) => {
        toast(error instanceof RequestError ? error.message : t("The portal does not answer. What you typed is still here; try again in a moment."), { tone: "error" });
        held?.focus();
      })
      .finally(() => {
        isSaving = false;
        delete form.dataset["sent"];
      });
  });
  if (!isRefused) first.focus({ preventScroll: true });
  await restore();
}

/** What the form says of its draft. */
function said(standing: Standing, restored: Date | null): string {
  if (standing === "none") return "";
  if (standing === "closed") return t("A draft of yours is closed: it comes back with the network, or with your words.");
  if (standing === "cannot") return t("This device cannot keep a draft: save before you leave this page.");
  const stays = t("The draft stays on this device, encrypted, until it is saved, cleared or you sign out.");
  if (restored === null) return stays;
  const clock = new Intl.DateTimeFormat(dates, { timeStyle: "short" }).format(restored);
  return [t("Draft of %(clock)s taken up again.", { clock }), stays].join(" ");
}

/** Send the form; a refusal field by field is an answer, everything else that fails is an error. */
export async function save(form: HTMLFormElement, address: string): Promise<Saved> {
  const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
  if (answer === null) throw new RequestError(t("The portal does not answer. What you typed is still here; try again in a moment."), 0);
  const said = (await answer.json().catch(() => ({}))) as Saved & { error?: string };
  if (answer.ok || said.errors !== undefined) return said;
  throw new RequestError(said.error ?? t("The portal could not do this (error %(status)s). Nothing was changed.", { status: String(answer.status) }), answer.status);
}

function startWhen(form: HTMLFormElement): void {
  const address = form.dataset["moment"];
  if (address === undefined) return;
  startReading(need<HTMLInputElement>("[name=when]", form), need<HTMLElement>("[data-read=when]", form), address);
}

/** Alt+S opens the block of the follow-up and puts the hand in it. */
function startFollowUp(form: HTMLFormElement): void {
  const block = form.querySelector<HTMLDetailsElement>("details.entry__follow");
  if (block === null) return;
  form.addEventListener("keydown", (event) => {
    if (!event.altKey || event.code !== "KeyS") return;
    event.preventDefault();
    block.open = true;
    need<HTMLElement>("[name=follow_what]", block).focus();
  });
  form.addEventListener("quietude:emptied", () => (block.open = false));
}
