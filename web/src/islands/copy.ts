// A button that copies: data-island="copy", with the text in data-text.

import { toast } from "../lib/toast";
import { t } from "../lib/words";

export default function start(host: HTMLElement): void {
  host.addEventListener("click", () => {
    navigator.clipboard.writeText(host.dataset["text"] ?? "").then(
      () => toast(t("Copied."), { tone: "success" }),
      () => toast(t("This browser does not let the portal copy. Select the text and copy it yourself."), { tone: "error" }),
    );
  });
}
