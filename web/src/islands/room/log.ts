// The live log and the strip of flows.
import { element, icon } from "../../lib/dom";
import { t, tn } from "../../lib/words";
import { age, hour } from "./clock";
import { reconcile } from "./lists";
import type { Flow, Line } from "./types";

const KINDS: Readonly<Record<Line["kind"], string>> = { fact: t("Fact"), entry: t("Entry"), act: t("Act") };
const TONES: Readonly<Record<string, string>> = { waits: "badge--bad", silent: "badge--bad", unusual: "badge--warn", good: "badge--good" };

export function layLog(list: HTMLElement, lines: readonly Line[], severities: readonly string[]): void {
  reconcile(list, lines, ({ id }) => id, () => element("li", { class: "room-line" }), (host, line) => {
    const word = severities[line.severity - 1] ?? "";
    host.className = `room-line room-line--${line.kind}`;
    host.replaceChildren(
      element("time", { class: "room-line__at", datetime: line.at }, hour(line.at)),
      element("span", { class: `mark--${line.severity}`, title: word }, icon(line.kind === "act" ? line.icon : `severity-${line.severity}`), element("span", { class: "visually-hidden" }, `${KINDS[line.kind]}, ${word}`)),
      element(
        "span",
        { class: "room-line__body" },
        line.url === "" ? element("span", { class: "room-line__title" }, line.title) : element("a", { class: "room-line__title", href: line.url, target: "_blank", rel: "noopener", title: t("(new window)") }, line.title),
        line.exercise ? element("span", { class: "badge badge--fictional" }, icon("drama"), t("exercise")) : null,
        element("span", { class: "soft" }, [line.where, line.source].filter((part) => part !== "").join(" · ")),
      ),
    );
  });
}

export function layFlows(list: HTMLElement, flows: readonly Flow[], isWall: boolean): void {
  reconcile(list, flows, ({ name }) => name, () => element("li", { class: "room-flow" }), (host, flow) => {
    host.replaceChildren(
      element("span", { class: `badge ${TONES[flow.state] ?? ""}` }, icon(flow.icon), flow.said),
      isWall ? element("span", {}, flow.title) : element("a", { href: flow.url, target: "_blank", rel: "noopener", title: t("(new window)") }, flow.title),
      ...(flow.last === null ? [] : [element("span", { class: "soft", "data-since": flow.last }, age(flow.last))]),
      ...(flow.waiting > 0 ? [element("span", { class: "soft" }, tn("%(count)s record waits", "%(count)s records wait", flow.waiting))] : []),
    );
  });
}
