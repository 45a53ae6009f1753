// Hours and ages, by the town's clock; ages tick quietly, one timer for the whole screen.
import { dates, t } from "../../lib/words";

let zone = "UTC";
let time: Intl.DateTimeFormat;
let day: Intl.DateTimeFormat;

export function startClock(timezone: string): void {
  zone = timezone;
  time = new Intl.DateTimeFormat(dates, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  day = new Intl.DateTimeFormat(dates, { day: "2-digit", month: "2-digit", timeZone: zone });
}

/** The hour, with the day where it is not today. */
export function hour(iso: string): string {
  const at = new Date(iso);
  const said = time.format(at);
  return day.format(at) === day.format(new Date()) ? said : `${day.format(at)} ${said}`;
}

export function second(at: Date): string {
  return new Intl.DateTimeFormat(dates, { timeStyle: "medium", timeZone: zone }).format(at);
}

/** How long ago, in few words. */
export function age(iso: string): string {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(iso)) / 60_000));
  if (minutes < 1) return t("now");
  if (minutes < 60) return t("%(n)s min", { n: minutes });
  if (minutes < 24 * 60) return t("%(hours)s h %(minutes)s", { hours: String(Math.floor(minutes / 60)), minutes: String(minutes % 60).padStart(2, "0") });
  return t("%(n)s d", { n: Math.floor(minutes / 1440) });
}

/** Bring every age under `root` up to date: elements with data-since. */
export function tick(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-since]")) {
    const said = age(element.dataset["since"] ?? "");
    if (element.textContent !== said) element.textContent = said;
  }
}
