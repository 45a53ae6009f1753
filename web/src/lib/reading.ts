// Says under a field how the portal reads the time that is being typed: "demain 10h" → jeudi 18/06/2026 10:00.

import { send } from "./send";

const PAUSE_MS = 150;

/** Read a field's words aloud in `read` while they are typed; `more` goes with the question. */
export function startReading(input: HTMLInputElement, read: HTMLElement, address: string, more: Readonly<Record<string, string>> = {}): void {
  let timer = 0;
  const ask = async (): Promise<void> => {
    const q = input.value.trim();
    if (q === "") {
      read.textContent = "";
      return;
    }
    try {
      const answer = await send(`${address}?${new URLSearchParams({ ...more, q })}`);
      const { said, is_wrong: isWrong } = (await answer.json()) as { said: string; is_wrong: boolean };
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

/** Read every field of a form that holds a term. */
export function startTerms(form: HTMLElement): void {
  const address = form.dataset["moment"];
  if (address === undefined) return;
  for (const input of form.querySelectorAll<HTMLInputElement>("input[data-term]")) {
    const read = document.createElement("p");
    read.className = "entry__read";
    read.setAttribute("aria-live", "polite");
    (input.closest(".field") ?? input).append(read);
    form.addEventListener("quietude:emptied", () => (read.textContent = ""));
    startReading(input, read, address, { ahead: "1" });
  }
}
