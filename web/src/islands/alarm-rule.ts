// The form of a rule: scopes are typed with the suggestions of Explore, a kind that is chosen shows its fields at once.
import { Combobox, type Option } from "../lib/combobox";
import { send } from "../lib/send";
import { t } from "../lib/words";

interface Suggestion extends Option {
  readonly text: string;
}

interface Offered {
  readonly suggestions: readonly { readonly text: string; readonly label: string; readonly kind: string }[];
}

export default function alarmRule(host: HTMLElement): void {
  const address = host.dataset["suggest"] ?? "";
  for (const input of host.querySelectorAll<HTMLInputElement>("[data-scope]")) suggested(input, address);
  for (const select of host.querySelectorAll<HTMLSelectElement>("[data-kind]")) {
    const button = select.closest(".condition__head")?.querySelector<HTMLButtonElement>("[data-follow]");
    if (button === null || button === undefined) continue;
    button.hidden = true;
    select.addEventListener("change", () => button.click());
    // Chosen while this script was on its way: the page's own choice is no longer the one that shows.
    if (select.selectedOptions[0]?.defaultSelected === false) button.click();
  }
}

function suggested(input: HTMLInputElement, address: string): void {
  const box: Combobox<Suggestion> = new Combobox<Suggestion>(
    input,
    {
      takesFirst: false,
      ask: async (text, signal) => {
        const asked = new URLSearchParams({ q: text, at: String(input.selectionStart ?? text.length) });
        const found = (await (await send(`${address}?${asked.toString()}`, { signal })).json()) as Offered;
        return found.suggestions.map((each) => ({ label: each.label, detail: each.kind, text: each.text }));
      },
      choose: (option) => box.settle(option.text),
    },
    t("Suggestions"),
  );
}
