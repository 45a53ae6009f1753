// A message that the server left for this page: data-island="toast", with data-tone.

import { toast, type Tone } from "../lib/toast";

export default function start(host: HTMLElement): void {
  const tone = host.dataset["tone"];
  const known: readonly Tone[] = ["info", "success", "error"];
  toast(host.textContent.trim(), { tone: known.find((name) => name === tone) ?? "info" });
  host.remove();
}
