// How hard a password is to guess, as it is typed: data-island="strength", data-for="id of the field", data-known="words of the account".
// Measured here; nothing is sent. The dictionaries come when the field is entered, since few pages have one.

import { need } from "../lib/dom";
import { t } from "../lib/words";

type Measure = (password: string) => { readonly score: 0 | 1 | 2 | 3 | 4 };

async function measure(known: readonly string[]): Promise<Measure> {
  const [{ ZxcvbnFactory }, common, french] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-fr"),
  ]);
  const dictionary = { ...common.dictionary, ...french.dictionary };
  const factory = new ZxcvbnFactory({ dictionary, graphs: common.adjacencyGraphs });
  return (password) => factory.check(password.slice(0, 100), [...known]);
}

function said(password: string, score: 0 | 1 | 2 | 3 | 4): string {
  const missing = 15 - [...password].length;
  if (missing > 0) return t("%(count)s more characters needed", { count: missing });
  const words = [
    t("Guessed at once"),
    t("Guessed in hours"),
    t("Resists for a while: add a word"),
    t("Hard to guess"),
    t("Very hard to guess"),
  ] as const;
  return words[score];
}

export default function start(host: HTMLElement): void {
  const field = need<HTMLInputElement>(`#${host.dataset["for"] ?? ""}`);
  const bar = need<HTMLMeterElement>("meter", host);
  const words = need("[role=status]", host);
  const known = (host.dataset["known"] ?? "").split(/\s+/).filter((word) => word.length > 2);
  let ready: Promise<Measure> | undefined;
  const show = async (): Promise<void> => {
    ready ??= measure(known);
    const { score } = (await ready)(field.value);
    host.hidden = field.value === "";
    bar.value = [...field.value].length < 15 ? Math.min(score, 1) : score;
    words.textContent = said(field.value, score);
  };
  field.addEventListener("focus", () => void (ready ??= measure(known)), { once: true });
  field.addEventListener("input", () => void show());
}
