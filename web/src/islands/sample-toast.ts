// The message of the living page of components, with a way back.

import { toast } from "../lib/toast";
import { t } from "../lib/words";

export default function start(host: HTMLElement): void {
  host.addEventListener("click", () => {
    toast(t("The condition is removed."), { undo: () => toast(t("The condition is back."), { tone: "success" }) });
  });
}
