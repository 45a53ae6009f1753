// What a click on the map tells: the same card as in the list, or the facts that share one spot.
import { Popup, type LngLatLike, type Map as MapLibre } from "maplibre-gl";
import { need } from "../../../lib/dom";
import { isStill } from "../../../lib/appearance";
import { send } from "../../../lib/send";
import { toast } from "../../../lib/toast";

const MARGIN_PX = 10;

export class Cards {
  private readonly popup = new Popup({ closeButton: false, closeOnClick: false, maxWidth: "none", className: "map-popup", focusAfterOpen: false });
  private asking: AbortController | undefined;

  constructor(
    private readonly map: MapLibre,
    private readonly root: HTMLElement,
  ) {
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.popup.isOpen()) this.close();
    });
  }

  /** Show what the portal answers at `address` (a piece of page) at a place of the map. */
  async show(address: string, at: LngLatLike): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const answer = await send(address, { headers: { Accept: "text/html" }, signal: asking.signal });
      const card = document.createElement("div");
      card.className = "map-card";
      card.innerHTML = await answer.text();
      if (asking.signal.aborted) return;
      card.addEventListener("click", (event) => {
        if (event.target instanceof Element && event.target.closest("[data-close-card]") !== null) this.close();
      });
      this.popup.setLngLat(at).setDOMContent(card).addTo(this.map);
      this.uncover();
      const first = card.querySelector<HTMLElement>("a, button");
      first?.focus({ preventScroll: true });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      toast(error instanceof Error ? error.message : String(error), { tone: "error" });
    }
  }

  /** Move the map so that the whole card is in it. */
  private uncover(): void {
    const card = this.popup.getElement()?.getBoundingClientRect();
    if (card === undefined) return;
    const frame = this.map.getContainer().getBoundingClientRect();
    const over = (low: number, high: number, least: number, most: number): number => (low < least + MARGIN_PX ? low - least - MARGIN_PX : high > most - MARGIN_PX ? high - most + MARGIN_PX : 0);
    const [x, y] = [over(card.left, card.right, frame.left, frame.right), over(card.top, card.bottom, frame.top, frame.bottom)];
    if (x !== 0 || y !== 0) this.map.panBy([x, y], { duration: isStill() ? 0 : 140 });
  }

  close(): void {
    this.asking?.abort();
    const hadFocus = this.popup.getElement()?.contains(document.activeElement) === true;
    this.popup.remove();
    if (hadFocus) need<HTMLElement>("canvas", this.root).focus();
  }
}
