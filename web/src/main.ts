// Starts every page: wakes the islands that the page holds, and what all pages share.
import { islands } from "quietude:islands";
import { startHtmx } from "./lib/htmx";
import { startShortcuts } from "./lib/shortcuts";
import { startShell } from "./lib/shell";

export type Island = (host: HTMLElement) => void | Promise<void>;

const ASLEEP = ":is([data-island], textarea[data-guard]):not([data-awake])";

/** Wake the islands under `root`; each `data-island="name"` is the default export of src/islands/name.ts, called once.
    A textarea with `data-guard` is an island by that name. */
async function wake(root: ParentNode): Promise<void> {
  const hosts = [...root.querySelectorAll<HTMLElement>(ASLEEP)];
  if (root instanceof HTMLElement && root.matches(ASLEEP)) hosts.unshift(root);
  await Promise.all(
    hosts.map(async (host) => {
      const name = host.dataset["island"] ?? "guard";
      const load = islands[name];
      if (load === undefined) throw new Error(`no island named "${name}" in web/src/islands`);
      host.dataset["awake"] = "";
      await (await load()).default(host);
    }),
  );
}

startShell();
startShortcuts();
startHtmx((element) => {
  element.dispatchEvent(new CustomEvent("quietude:swapped", { bubbles: true }));
  void wake(element);
});
void wake(document).finally(() => {
  document.documentElement.dataset["ready"] = ""; // for whoever waits for the page, such as its tests
});
