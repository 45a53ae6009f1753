// What waits on this device: each entry with what the portal said of it, and what its writer can do. Only this device knows the
// list; it is read here, sealed as it lies, and nothing of it is in the page that the portal sends.
import { element, icon, need } from "../../lib/dom";
import { onChange, some } from "../../lib/offline/queue";
import { canSeal } from "../../lib/offline/seal";
import { counts } from "../../lib/offline/store";
import { ClosedError, OPENED } from "../../lib/offline/vault";
import { t, tn } from "../../lib/words";
import { card, unreadable } from "./card";
import { phraseForm, unlockForm } from "./words";

const PAGE = 50; // entries shown at first: a screen or ten

export default async function start(host: HTMLElement): Promise<void> {
  const account = Number(host.dataset["account"]);
  const list = need("[data-list]", host);
  if (!canSeal()) {
    list.replaceChildren(notice("triangle-alert", t("This browser keeps nothing encrypted on this address: it needs HTTPS. Entries are written with a network only.")));
    return;
  }
  need("[data-sends-now]", host).addEventListener("click", () => document.dispatchEvent(new CustomEvent("quietude:send")));
  let shown = PAGE;
  let running: Promise<void> | undefined;
  let again = false;
  const more = (): void => {
    shown += PAGE;
    void redraw();
  };
  const draw = async (): Promise<void> => {
    try {
      list.replaceChildren(...(await cards(account, shown, more)));
    } catch (error) {
      if (!(error instanceof ClosedError)) throw error;
      list.replaceChildren(...(await closed(account, redraw)));
    }
  };
  /** One drawing at a time, and one more where something changed meanwhile. */
  const redraw = async (): Promise<void> => {
    again = running !== undefined;
    if (again) return running;
    running = draw();
    await running.finally(() => (running = undefined));
    if (again) await redraw();
  };
  onChange(() => void redraw());
  document.addEventListener(OPENED, () => void redraw());
  await redraw();
  const words = need("[data-words]", host);
  words.replaceChildren(...(await phraseForm(account)));
  words.hidden = false;
}

function notice(name: string, text: string, tone = ""): HTMLElement {
  return element("div", { class: `notice${tone}` }, icon(name, 20), element("p", {}, text));
}

async function cards(account: number, limit: number, more: () => void): Promise<HTMLElement[]> {
  const found = await some(account, limit + 1);
  if (found.length === 0) return [notice("circle-check", t("Nothing waits. All that you wrote is with the portal."), " notice--good")];
  const made = await Promise.all(found.slice(0, limit).map(({ row, held }) => (held === null ? unreadable(row) : card(held))));
  const parts: HTMLElement[] = [element("ol", { class: "waits", "aria-label": t("What waits") }, ...made)];
  if (found.length > limit) {
    const all = await counts(account);
    const total = all.waiting + all.refused + all.clock + all.conflict;
    const button = element("button", { type: "button", class: "button" }, t("Show more (%(count)s in all)", { count: total }));
    button.addEventListener("click", more);
    parts.push(button);
  }
  return parts;
}

async function closed(account: number, opened: () => Promise<void>): Promise<HTMLElement[]> {
  const all = await counts(account);
  const total = all.waiting + all.refused + all.clock + all.conflict;
  const said = tn("%(count)s entry waits, closed: it is read and sent when the network is back and you are signed in.", "%(count)s entries wait, closed: they are read and sent when the network is back and you are signed in.", total);
  return [notice("lock", total === 0 ? t("Nothing waits. All that you wrote is with the portal.") : said), await unlockForm(account, opened)];
}
