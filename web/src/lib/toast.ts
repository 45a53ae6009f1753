// Short messages at the bottom of the page, with the way back beside them.

import { element, icon, need } from "./dom";
import { t } from "./words";

export type Tone = "info" | "success" | "error";
const ICONS: Readonly<Record<Tone, string>> = { info: "info", success: "circle-check", error: "circle-alert" };
const SHOWN_MS = 8_000; // long enough to read 20 words and reach the button; errors stay until they are closed

/** Say `text` in the corner; `undo`, when given, is offered as a button. */
export function toast(text: string, options: { tone?: Tone; undo?: () => void } = {}): void {
  const tone = options.tone ?? "info";
  const close = element("button", { type: "button", class: "button button--quiet button--icon", "aria-label": t("Close") }, icon("x"));
  const shown = element("div", { class: `toast toast--${tone}`, role: tone === "error" ? "alert" : "status" }, icon(ICONS[tone], 20), element("p", {}, text));
  if (options.undo !== undefined) {
    const undo = element("button", { type: "button", class: "button button--quiet" }, icon("undo-2"), t("Undo"));
    undo.addEventListener("click", () => {
      options.undo?.();
      shown.remove();
    });
    shown.append(undo);
  }
  shown.append(close);
  close.addEventListener("click", () => shown.remove());
  need("#toasts").append(shown);
  if (tone === "error") return;
  let timer = window.setTimeout(() => shown.remove(), SHOWN_MS);
  for (const enter of ["pointerenter", "focusin"]) shown.addEventListener(enter, () => window.clearTimeout(timer));
  for (const leave of ["pointerleave", "focusout"]) shown.addEventListener(leave, () => (timer = window.setTimeout(() => shown.remove(), SHOWN_MS)));
}
