// The tray of alarms follows by itself: server-sent events say that something changed, the list is fetched anew. Nothing
// moves under a pointer or a form in use; a page that hears nothing says that it is stale.
import { icon, need } from "../lib/dom";
import { addShortcut } from "../lib/shortcuts";
import { dates, t } from "../lib/words";

const STALE_MS = 35_000; // three beats of ten seconds that did not come
const CALM_MS = 1_000; // between two looks at the list, however often it changes
const IN_USE_MS = 3_000; // a pointer that moved so lately is about to choose something

export default function start(host: HTMLElement): void {
  const list = need("[data-list]", host);
  const live = need("[data-live]", host);
  const newer = need<HTMLButtonElement>("[data-newer]", host);
  let heard = Date.now();
  let moved = 0;
  let isBehind = false;
  let looked = 0;

  const inUse = (): boolean => {
    const focused = document.activeElement;
    const isWriting = focused !== null && list.contains(focused) && focused.matches("input:not([type=checkbox]), select, textarea");
    return Date.now() - moved < IN_USE_MS || isWriting || list.querySelector("details[open]") !== null || list.querySelector("input:checked") !== null;
  };

  const fetchList = async (): Promise<void> => {
    looked = Date.now();
    isBehind = false;
    newer.hidden = true;
    const answer = await fetch(host.dataset["part"] ?? "", { headers: { Accept: "text/html" }, credentials: "same-origin" }).catch(() => null);
    if (answer === null || !answer.ok) {
      if (answer !== null && (answer.status === 401 || answer.redirected)) window.location.reload();
      isBehind = true;
      return;
    }
    const focused = document.activeElement?.closest<HTMLElement>("[data-alarm]")?.dataset["alarm"];
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...page.body.childNodes);
    list.dispatchEvent(new CustomEvent("quietude:swapped", { bubbles: true }));
    if (focused !== undefined) list.querySelector<HTMLElement>(`[data-alarm="${CSS.escape(focused)}"] a, [data-alarm="${CSS.escape(focused)}"] button`)?.focus({ preventScroll: true });
  };

  const changed = (): void => {
    if (inUse()) {
      isBehind = true;
      newer.hidden = false;
    } else if (Date.now() - looked < CALM_MS) isBehind = true;
    else void fetchList();
  };

  const say = (): void => {
    const isStale = Date.now() - heard > STALE_MS;
    live.classList.toggle("tray__live--stale", isStale);
    const when = new Intl.DateTimeFormat(dates, { timeStyle: "medium" }).format(new Date(heard));
    live.replaceChildren(icon(isStale ? "triangle-alert" : "activity"), isStale ? t("Stale: nothing was heard of the portal since %(when)s.", { when }) : t("Live, heard at %(when)s.", { when }));
  };

  const rows = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[data-alarm]")];
  const here = (): HTMLElement | undefined => rows().find((row) => row.contains(document.activeElement));
  const step = (by: 1 | -1): void => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[at === -1 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))];
    next?.querySelector<HTMLElement>(".alarm__what a")?.focus();
  };
  addShortcut("j", t("Next alarm"), () => step(1));
  addShortcut("k", t("Previous alarm"), () => step(-1));
  if (host.dataset["takes"] !== undefined)
    addShortcut("t", t("Take this alarm, or the first that rings"), () => (here() ?? list).querySelector<HTMLButtonElement>("[data-take]")?.click());
  if (host.dataset["takes"] !== undefined)
    addShortcut("o", t("Open a situation from this alarm, or the first that rings"), () => (here() ?? list).querySelector<HTMLButtonElement>("[data-situation]")?.click());
  host.addEventListener("pointermove", () => (moved = Date.now()));
  newer.addEventListener("click", () => void fetchList());
  const stream = new EventSource(host.dataset["stream"] ?? "");
  const hear = (event: MessageEvent<string>): void => {
    heard = Date.now();
    say();
    const known = list.querySelector<HTMLElement>("[data-stamp]")?.dataset["stamp"];
    if (event.type === "changed" && event.data !== known) changed();
  };
  stream.addEventListener("changed", hear);
  stream.addEventListener("beat", hear);
  const timer = window.setInterval(() => {
    if (Date.now() - heard > STALE_MS) say();
    if (isBehind && !inUse()) void fetchList();
  }, 250);
  window.addEventListener("pagehide", () => {
    window.clearInterval(timer);
    stream.close();
  });
  say();
}
