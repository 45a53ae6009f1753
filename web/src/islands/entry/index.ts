// The entry form for hands that stay on the keyboard: type-ahead, times as they are read, drafts, Ctrl+Enter. Without this
// script the same form is sent and read by the server.
import { need } from "../../lib/dom";
import { clearRefusals, showRefusals, type Refusals } from "../../lib/refusals";
import { RequestError, send } from "../../lib/send";
import { toast } from "../../lib/toast";
import { language, t } from "../../lib/words";
import { CategoryField } from "./category";
import { Draft } from "./draft";
import { PlaceField } from "./place";

interface Saved {
  readonly said?: string;
  readonly next_key?: string;
  readonly errors?: Refusals;
}

const PAUSE_MS = 150;

export default function start(host: HTMLElement): void {
  const form = host as HTMLFormElement;
  const draftSaid = form.querySelector<HTMLElement>("[data-draft-said]");
  const clears = form.querySelector<HTMLButtonElement>("[data-clears]");
  let restored: Date | null = null;
  const draft = new Draft(form, (isKept) => {
    if (clears !== null) clears.hidden = !isKept;
    if (draftSaid === null) return;
    draftSaid.hidden = !isKept;
    const stays = t("The draft stays in this tab until it is saved, cleared or you sign out.");
    const clock = restored === null ? "" : new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(restored);
    draftSaid.textContent = restored === null ? stays : [t("Draft of %(clock)s taken up again.", { clock }), stays].join(" ");
  });
  const category = new CategoryField(form);
  const place = form.querySelector("[name=place]") === null ? undefined : new PlaceField(form);
  const isRefused = form.querySelector(".field__error") !== null;
  startWhen(form);
  if (!isRefused) restored = draft.restore();
  if (restored !== null) {
    category.refresh();
    place?.refresh();
    draft.keep(); // says so
    form.dispatchEvent(new CustomEvent("quietude:restored"));
  }

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
    draft.drop();
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
  if (address === undefined) {
    if (!isRefused) return;
    form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    return;
  }
  let isSaving = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isSaving) return;
    isSaving = true;
    draft.keep();
    void Promise.all([category.ready(), place?.ready()])
      .then(() => save(form, address))
      .then((saved) => {
        if (saved.errors !== undefined) {
          showRefusals(form, saved.errors);
          return;
        }
        empty(saved.next_key);
        for (const earlier of document.querySelectorAll("#toasts .toast--success")) earlier.remove(); // one number at a time
        toast(saved.said ?? "", { tone: "success" });
        document.body.dispatchEvent(new CustomEvent("quietude:saved"));
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
}

/** Send the form; a refusal field by field is an answer, everything else that fails is an error. */
export async function save(form: HTMLFormElement, address: string): Promise<Saved> {
  const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  if (answer === null) throw new RequestError(t("The portal does not answer. What you typed is still here; try again in a moment."), 0);
  const said = (await answer.json().catch(() => ({}))) as Saved & { error?: string };
  if (answer.ok || said.errors !== undefined) return said;
  throw new RequestError(said.error ?? t("The portal could not do this (error %(status)s). Nothing was changed.", { status: String(answer.status) }), answer.status);
}

function startWhen(form: HTMLFormElement): void {
  const address = form.dataset["moment"];
  const input = need<HTMLInputElement>("[name=when]", form);
  const read = need<HTMLElement>("[data-read=when]", form);
  let timer = 0;
  const ask = async (): Promise<void> => {
    const q = input.value.trim();
    if (q === "" || address === undefined) {
      read.textContent = "";
      return;
    }
    try {
      const { said, is_wrong: isWrong } = (await (await send(`${address}?${new URLSearchParams({ q })}`)).json()) as { said: string; is_wrong: boolean };
      if (input.value.trim() !== q) return;
      read.textContent = isWrong ? said : `→ ${said}`;
      read.classList.toggle("is-wrong", isWrong);
    } catch {
      read.textContent = "";
    }
  };
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE_MS);
  });
  if (input.value !== "") void ask();
}
