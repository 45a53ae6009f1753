// Keys for hands that stay on the keyboard. The page says which keys it has: data-key="g m" or data-key="/" on a link,
// a button or a field. What the keys do is what a click there does; `?` lists them.

import { element, need } from "./dom";
import { t } from "./words";

const SEQUENCE_MS = 1_200; // after "g", the next key counts for this long

interface Shortcut {
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
}

const added: Shortcut[] = [];

/** Add keys that no element of the page stands for; they are listed under `?` too. */
export function addShortcut(keys: string, label: string, run: () => void): void {
  added.push({ keys, label, run });
}

function labelOf(host: HTMLElement): string {
  return host.dataset["keyLabel"] ?? host.getAttribute("aria-label") ?? host.textContent.trim().replaceAll(/\s+/g, " ");
}

function act(host: HTMLElement): void {
  if (host instanceof HTMLInputElement || host instanceof HTMLTextAreaElement || host instanceof HTMLSelectElement) {
    host.focus();
    if (host instanceof HTMLInputElement) host.select();
  } else host.click();
}

/** Every shortcut of the page as it is now; elements that are not shown have none. What stands on every page yields its
    keys (`data-key-yields`) to what the page itself has. */
export function shortcuts(): Shortcut[] {
  const seen = new Set<string>();
  const found: Shortcut[] = [];
  const hosts = [...document.querySelectorAll<HTMLElement>("[data-key]")];
  const yields = (host: HTMLElement): number => (host.dataset["keyYields"] === undefined ? 0 : 1);
  for (const host of hosts.sort((one, other) => yields(one) - yields(other))) {
    const keys = host.dataset["key"] ?? "";
    if (seen.has(keys) || host.closest("[hidden]") !== null || (yields(host) === 1 && host.getClientRects().length === 0)) continue;
    seen.add(keys);
    found.push({ keys, label: labelOf(host), run: () => act(host) });
  }
  return [...found, ...added.filter((shortcut) => !seen.has(shortcut.keys))];
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
}

function list(): void {
  const dialog = need<HTMLDialogElement>("#shortcuts");
  const rows = shortcuts().map(({ keys, label }) =>
    element("tr", {}, element("td", {}, ...keys.split(" ").map((key) => element("kbd", {}, key))), element("td", {}, label)),
  );
  need("tbody", dialog).replaceChildren(...rows);
  if (!dialog.open) dialog.showModal();
}

export function startShortcuts(): void {
  addShortcut("?", t("List the keys of this page"), list);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-lists-keys]") !== null) list();
  });
  let typed = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (document.body.dataset["keys"] === "off") return; // people who dictate, or whose screen reader needs the keys
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
    typed = event.timeStamp - last < SEQUENCE_MS && typed !== "" ? `${typed} ${event.key}` : event.key;
    last = event.timeStamp;
    const known = shortcuts();
    const found = known.find(({ keys }) => keys === typed) ?? known.find(({ keys }) => keys === event.key);
    if (found !== undefined) {
      event.preventDefault();
      typed = "";
      found.run();
    } else if (!known.some(({ keys }) => keys.startsWith(`${typed} `))) {
      typed = "";
    }
  });
}
