// Radio mode: Enter sends the line, the stations stay, the cursor stays; what is not sent yet survives a reload.
import { need } from "../lib/dom";
import { clearRefusals, showRefusals, type Refusals } from "../lib/refusals";
import { RequestError } from "../lib/send";
import { toast } from "../lib/toast";
import { t } from "../lib/words";
import { save } from "./entry";
import { Draft } from "./entry/draft";

interface Sent {
  readonly said?: string;
  readonly next_key?: string;
  readonly sender?: string;
  readonly receiver?: string;
  readonly errors?: Refusals;
}

export default async function start(host: HTMLElement): Promise<void> {
  const form = host as HTMLFormElement;
  const field = (name: string): HTMLInputElement => need<HTMLInputElement>(`[name=${name}]`, form);
  const draft = new Draft(form, () => undefined);
  await draft.restore();
  let isSending = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    void (save(form, form.getAttribute("action") ?? "") as Promise<Sent>)
      .then((sent) => {
        if (sent.errors !== undefined) {
          showRefusals(form, sent.errors);
          return;
        }
        clearRefusals(form);
        field("text").value = "";
        field("key").value = sent.next_key ?? "";
        field("sender").value = sent.sender ?? "";
        field("receiver").value = sent.receiver ?? "";
        draft.keep();
        for (const earlier of document.querySelectorAll("#toasts .toast--success")) earlier.remove(); // one number at a time
        toast(sent.said ?? "", { tone: "success" });
        document.body.dispatchEvent(new CustomEvent("quietude:saved"));
        field("text").focus();
      })
      .catch((error: unknown) => {
        toast(error instanceof RequestError ? error.message : t("The portal does not answer. What you typed is still here; try again in a moment."), { tone: "error" });
      })
      .finally(() => {
        isSending = false;
        delete form.dataset["sent"];
      });
  });
  field(field("sender").value === "" ? "sender" : "text").focus({ preventScroll: true });
}
