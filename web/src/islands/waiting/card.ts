// One entry that waits: what it says, what the portal answered, and what can be done about it.
import { element, icon } from "../../lib/dom";
import { wordsOf } from "../../lib/offline/addresses";
import { change, drop, type Held, tell } from "../../lib/offline/queue";
import type { Row, State } from "../../lib/offline/store";
import { dates, t } from "../../lib/words";
import { conflict } from "./conflict";

const SAYINGS: Readonly<Record<State, { icon: string; badge: string }>> = {
  waiting: { icon: "clock", badge: "" },
  refused: { icon: "circle-alert", badge: " badge--bad" },
  clock: { icon: "alarm-clock", badge: " badge--warn" },
  conflict: { icon: "users", badge: " badge--warn" },
};

function stated(state: State): string {
  return { waiting: t("waits to be sent"), refused: t("refused: mend it"), clock: t("which time is right?"), conflict: t("two versions: choose") }[state];
}

export function moment(said: string, zone?: string): string {
  return new Intl.DateTimeFormat(dates, { dateStyle: "short", timeStyle: "medium", ...(zone === undefined ? {} : { timeZone: zone }) }).format(new Date(said));
}

/** A row that no key here opens: it can be deleted, nothing else. */
export function unreadable(row: Row): HTMLElement {
  const said = element("p", {}, t("This entry cannot be read: it was sealed under a key that the portal has no more."));
  return element("li", { class: "card wait" }, said, element("div", { class: "form__actions" }, deleting(row.n ?? 0)));
}

export async function card(held: Held): Promise<HTMLElement> {
  const { entry, state, answer } = held;
  const saying = SAYINGS[state];
  const head = element("p", { class: "wait__head" }, element("span", { class: `badge${saying.badge}` }, icon(saying.icon), stated(state)), element("time", { datetime: entry.written_at }, t("written %(when)s", { when: moment(entry.written_at) })));
  if (entry.corrects !== undefined) head.append(element("span", { class: "mono" }, t("corrects %(label)s", { label: entry.corrects.label })));
  const what = [await labelOf(entry.logbook, entry.fields["category"] ?? ""), entry.fields["place"], entry.fields["when"]].filter((part) => part !== undefined && part !== "").join(" · ");
  const item = element("li", { class: "card wait", "data-state": state, "data-n": held.n }, head, what === "" ? null : element("p", { class: "wait__what" }, what), element("p", { class: "wait__text" }, entry.fields["text"] ?? ""));
  const actions = element("div", { class: "form__actions" });
  const edit = element("a", { class: state === "refused" ? "button button--main" : "button", href: `/logbook/new/?${new URLSearchParams({ logbook: entry.logbook })}#waiting=${held.n}` }, icon("pencil"), state === "refused" ? t("Mend it") : t("Edit"));
  if (state === "refused") item.append(reasons(answer?.fields ?? {}));
  if (state === "clock") actions.append(...clocks(held));
  if (state === "conflict" && answer?.theirs !== undefined) item.append(conflict(held, answer));
  else actions.append(edit);
  actions.append(deleting(held.n));
  item.append(actions);
  return item;
}

function reasons(fields: Readonly<Record<string, readonly string[]>>): HTMLElement {
  const texts = Object.values(fields).flat();
  return element("ul", { class: "plain wait__reasons" }, ...texts.map((text) => element("li", { class: "field__error" }, icon("circle-alert"), element("span", {}, text))));
}

async function labelOf(logbook: string, code: string): Promise<string> {
  if (code === "") return "";
  const kept = await caches.match(wordsOf(logbook), { ignoreVary: true }).catch(() => undefined);
  const found = kept === undefined ? undefined : ((await kept.json()) as { categories: { code: string; label: string }[] }).categories.find((each) => each.code === code);
  return found?.label ?? code;
}

/** The device's clock is wrong: the time as the portal measured it, or the one that was said. */
function clocks({ n, account, entry, answer }: Held): HTMLElement[] {
  const take = (label: string, name: string, seconds: number, isMain: boolean): HTMLElement => {
    const button = element("button", { type: "button", class: isMain ? "button button--main" : "button" }, icon(name), label);
    button.addEventListener("click", () => void change(n, account, "waiting", { entry: { ...entry, shift_s: seconds } }).then(() => tell({ saved: [] })));
    return button;
  };
  const said = element("p", { class: "wait__clock" }, t("This device’s clock is wrong. Which time is right?"));
  const proposed = moment(answer?.proposed ?? entry.written_at, answer?.timezone);
  const own = moment(answer?.said ?? entry.written_at, answer?.timezone);
  return [said, take(t("Corrected: %(when)s", { when: proposed }), "check", answer?.shift_s ?? 0, true), take(t("As the device says: %(when)s", { when: own }), "clock", 0, false)];
}

/** A button that asks once more before it deletes: what waits is nowhere else. */
function deleting(n: number): HTMLElement {
  const ask = element("button", { type: "button", class: "button button--quiet" }, icon("trash-2"), t("Delete"));
  const sure = element("button", { type: "button", class: "button button--danger" }, icon("trash-2"), t("Delete for good: it is nowhere else"));
  const keep = element("button", { type: "button", class: "button" }, t("Keep it"));
  const asked = element("span", { class: "wait__sure", hidden: true }, sure, keep);
  const show = (isAsking: boolean): void => {
    ask.hidden = isAsking;
    asked.hidden = !isAsking;
    (isAsking ? keep : ask).focus();
  };
  ask.addEventListener("click", () => show(true));
  keep.addEventListener("click", () => show(false));
  sure.addEventListener("click", () => void drop(n).then(() => tell({ saved: [] })));
  return element("span", {}, ask, asked);
}
