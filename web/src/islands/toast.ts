// A message that the server left for this page: data-island="toast", with data-tone.

import { need } from "../lib/dom";
import { toast, type Tone } from "../lib/toast";

export default function start(host: HTMLElement): void {
  const tone = host.dataset["tone"];
  const known: readonly Tone[] = ["info", "success", "error"];
  const undo = host.querySelector("form");
  const said = need("p", host).textContent.trim();
  toast(said, { tone: known.find((name) => name === tone) ?? "info", ...(undo === null ? {} : { undo: () => sendFrom(undo) }) });
  host.remove();
}

/** Send a form that stood in the message; browsers send none that is not in the page. */
function sendFrom(form: HTMLFormElement): void {
  form.hidden = true;
  document.body.append(form);
  form.submit();
}
