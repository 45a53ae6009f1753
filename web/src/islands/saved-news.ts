// The badge of saved searches: how much is new, told without a reload, once and quietly.
import { need } from "../lib/dom";
import { toast } from "../lib/toast";
import { tn } from "../lib/words";

export default function start(host: HTMLElement): void {
  let known: number | null = null;
  let source: EventSource | null = null;
  const show = (count: number): void => {
    host.hidden = count === 0;
    need("[data-said]", host).textContent = count === 0 ? "" : tn("%(count)s new", "%(count)s new", count);
    if (known !== null && count > known) toast(tn("%(count)s new result in your saved searches.", "%(count)s new results in your saved searches.", count)); // a toast is a polite live region
    known = count;
  };
  const close = (): void => {
    source?.close();
    source = null;
  };
  const open = (): void => {
    if (source !== null || document.hidden) return;
    source = new EventSource(host.dataset["stream"] ?? "");
    source.addEventListener("news", (event) => show(Number((event as MessageEvent<string>).data)));
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open())); // a browser holds six connections: pages in the background hold none
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  open();
}
