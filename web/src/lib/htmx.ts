// htmx, kept on a short leash: no inline styles, no evaluation, our token on every write, islands woken in what it swaps in.

import htmx from "htmx.org";
import { toast } from "./toast";
import { t } from "./words";

export function startHtmx(onSwapped: (element: HTMLElement) => void): void {
  htmx.config.includeIndicatorStyles = false;
  htmx.config.allowEval = false;
  htmx.config.allowScriptTags = false;
  htmx.config.selfRequestsOnly = true;
  htmx.config.historyCacheSize = 0; // pages hold personal data: none is kept in the browser's storage
  htmx.config.defaultSwapDelay = 0;
  htmx.config.defaultSettleDelay = 0;
  document.body.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
    const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    if (token !== undefined) headers["X-CSRFToken"] = token;
  });
  document.body.addEventListener("htmx:load", (event) => onSwapped((event as CustomEvent<{ elt: HTMLElement }>).detail.elt));
  document.body.addEventListener("htmx:sendError", () => {
    if (!navigator.onLine) return; // the line of the network says so already, and what is written waits on the device
    toast(t("The portal does not answer. What you typed is still here; try again in a moment."), { tone: "error" });
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
    if (status === 401) window.location.reload();
    else toast(t("The portal could not do this (error %(status)s). Nothing was changed.", { status: String(status) }), { tone: "error" });
  });
}
