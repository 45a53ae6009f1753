// The open situations of the room, and the one key that starts one from an alarm.
import { element, icon, need } from "../../lib/dom";
import { t } from "../../lib/words";
import { age } from "./clock";
import { reconcile } from "./lists";
import type { Alarm, Situation } from "./types";

export function laySituations(list: HTMLElement, rows: readonly Situation[], severities: readonly string[]): void {
  reconcile(list, rows, ({ key }) => key, () => element("li"), (host, row) => {
    const word = severities[row.priority - 1] ?? "";
    host.className = `room-alarm room-alarm--${row.priority}`;
    host.replaceChildren(
      element(
        "div",
        { class: "room-alarm__head" },
        element("span", { class: `mark--${row.priority}`, title: word }, icon(row.icon, 20), element("span", { class: "visually-hidden" }, word)),
        row.url === "" ? element("strong", {}, row.title) : element("a", { class: "room-line__title", href: row.url, target: "_blank", rel: "noopener", title: t("(new window)") }, row.title),
        element("span", { class: "room-alarm__age", "data-since": row.opened }, age(row.opened)),
      ),
      element(
        "div",
        { class: "room-alarm__details" },
        element("span", { class: "badge" }, row.state),
        row.exercise ? element("span", { class: "badge badge--fictional" }, icon("drama"), t("exercise")) : null,
        element("span", { class: "soft" }, [row.key, row.where].filter((part) => part !== "").join(" · ")),
      ),
      ...(row.next === "" ? [] : [element("p", { class: `room-alarm__do${row.late ? " room-alarm__do--late" : ""}` }, icon(row.late ? "alarm-clock" : "list-checks"), row.next)]),
    );
  });
}

/** Start a situation from an alarm, in a window of its own: the portal asks which kind where the rule does not say. */
export function startSituation(address: string, alarm: Alarm): void {
  const token = need<HTMLMetaElement>('meta[name="csrf-token"]').content;
  const form = element("form", { method: "post", action: address, target: "_blank", hidden: true });
  for (const [name, value] of [["csrfmiddlewaretoken", token], ["alarm", alarm.key]] as const) form.append(element("input", { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
  form.remove();
}
