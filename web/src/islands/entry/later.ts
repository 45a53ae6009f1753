// Saving without network: what the form says goes into the queue of this device, and is sent when the network is back.
import { need } from "../../lib/dom";
import { WAITING } from "../../lib/offline/addresses";
import { add, change, type Entry, type Held, one, tell } from "../../lib/offline/queue";
import { canSeal } from "../../lib/offline/seal";
import { ClosedError, hasBox, isReached } from "../../lib/offline/vault";
import { showRefusals } from "../../lib/refusals";
import { RequestError } from "../../lib/send";
import { toast } from "../../lib/toast";
import { t } from "../../lib/words";

const NOT_SENT = new Set(["csrfmiddlewaretoken", "logbook", "key", "category_shown", "reason", "seen_version"]);
const AWAY = new Set([0, 502, 503, 504]);

/** Tell whether a save failed because the portal was not reached. */
export function isAway(error: unknown): boolean {
  return error instanceof RequestError && AWAY.has(error.status);
}

/** Put what the form says into the queue. Throws RequestError where this device cannot keep it; the text stays in the form then. */
export async function keepForLater(form: HTMLFormElement): Promise<void> {
  const account = Number(form.dataset["account"]);
  if (!canSeal() || !(await hasBox(account).catch(() => false))) {
    throw new RequestError(t("The portal does not answer. What you typed is still here; try again in a moment."), 0);
  }
  try {
    const held = mending.get(form);
    if (held === undefined) await add(account, entryOf(form));
    else await replace(form, held);
  } catch (error) {
    if (error instanceof ClosedError) throw new RequestError(t("This device was cleared: sign in, then save again. Your text is still here."), 0);
    throw new RequestError(t("This device has no room left: nothing was kept. Your text is still here; free some space, then save again."), 0);
  }
  void navigator.storage?.persist?.().catch(() => false); // asks the browser not to tidy it away
  toast(t("Kept on this device. It is sent when the network is back."));
}

const mending = new WeakMap<HTMLFormElement, Held>();

/** Take an entry of the queue up again, with what was refused beside its fields; tell whether the address asks for one. */
export async function takeUp(form: HTMLFormElement): Promise<boolean> {
  const n = /^#waiting=(\d+)$/.exec(window.location.hash)?.[1];
  if (n === undefined || !canSeal()) return false;
  const held = await one(Number(n)).catch(() => null);
  if (held === null || held.account !== Number(form.dataset["account"])) return false;
  mending.set(form, held);
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("input[name], textarea[name], select[name]")) {
    if (!NOT_SENT.has(field.name)) field.value = held.entry.fields[field.name] ?? "";
  }
  if (held.state === "refused") showRefusals(form, held.answer?.fields ?? {});
  return true;
}

/** Tell whether the form mends an entry of the queue: it goes back there, and from there to the portal. */
export function isMending(form: HTMLFormElement): boolean {
  return mending.has(form);
}

async function replace(form: HTMLFormElement, held: Held): Promise<void> {
  await change(held.n, held.account, "waiting", { entry: { ...held.entry, fields: entryOf(form).fields } });
  tell({ saved: [] });
  window.location.assign(WAITING);
}

function entryOf(form: HTMLFormElement): Entry {
  const said = new FormData(form);
  const fields = Object.fromEntries([...said].filter(([name, value]) => !NOT_SENT.has(name) && value !== "").map(([name, value]) => [name, String(value)]));
  const entry = { key: need<HTMLInputElement>("[name=key]", form).value, logbook: String(said.get("logbook") ?? ""), written_at: new Date().toISOString(), fields };
  const label = form.dataset["corrects"];
  if (label === undefined) return entry;
  return { ...entry, corrects: { label, seen_version: Number(said.get("seen_version")), reason: String(said.get("reason") ?? "") } };
}

/** A correction is sent as a page; where the portal is not there it is kept for later instead, before the page is lost. */
export function startCorrection(form: HTMLFormElement): void {
  if (form.dataset["corrects"] === undefined || !canSeal()) return;
  form.addEventListener("submit", (event) => {
    if (form.dataset["reached"] !== undefined) return;
    event.preventDefault();
    const submitter = event.submitter;
    void isReached().then(async (isThere) => {
      delete form.dataset["sent"]; // of `data-once`
      if (isThere) {
        form.dataset["reached"] = "";
        form.requestSubmit(submitter instanceof HTMLElement && submitter.isConnected ? submitter : null);
        return;
      }
      await keepForLater(form)
        .then(() => {
          for (const button of form.querySelectorAll("button")) button.disabled = true;
        })
        .catch((error: unknown) => toast(error instanceof Error ? error.message : "", { tone: "error" }));
    });
  });
}
