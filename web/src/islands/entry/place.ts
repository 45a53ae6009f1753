// Place by type-ahead or by a point of the map: accuracy and zones are shown, and go with the entry.
import { Combobox } from "../../lib/combobox";
import { need } from "../../lib/dom";
import { canSeal } from "../../lib/offline/seal";
import { send } from "../../lib/send";
import { number, t } from "../../lib/words";
import { isAway } from "./later";
import { placesHere, remember } from "./nearby";
import type { SmallMap } from "./map";

export interface Place {
  readonly label: string;
  readonly detail?: string;
  readonly lon_deg: number;
  readonly lat_deg: number;
  readonly accuracy_m: number;
  readonly located_by: string;
  readonly is_point: boolean;
  /** A name alone, offered without network: the portal places it when the entry is sent. */
  readonly is_name?: boolean;
  readonly zones: readonly string[];
}

const BY_HAND_M = 25; // a finger on a street-level map
const PARTS = ["lon_deg", "lat_deg", "accuracy_m", "located_by"] as const;

function said(accuracy: number, zones: readonly string[]): string {
  return [t("within %(metres)s m", { metres: number(Math.round(accuracy)) }), ...zones].join(" · ");
}

/** The name of a street with the number that was typed before it: a gazetteer without numbers must not lose it. */
function numbered(label: string, typed: string): string {
  const number = /^\d{1,4}(?:\s?(?:bis|ter|quater|[a-d]))?(?=[\s,])/i.exec(typed)?.[0];
  return number === undefined || /^\d/.test(label) ? label : `${number} ${label}`;
}

export class PlaceField {
  private readonly input: HTMLInputElement;
  private readonly read: HTMLElement;
  private readonly box: Combobox<Place>;
  private map: SmallMap | undefined;

  constructor(private readonly form: HTMLFormElement) {
    this.input = need<HTMLInputElement>("[name=place]", form);
    this.read = need("[data-read=place]", form);
    this.box = new Combobox<Place>(
      this.input,
      {
        takesFirst: false, // the writer's own words stay: "devant l'école"
        ask: async (q, signal) => {
          const places = await this.offered(q, signal);
          return places.map((each) => ({ ...each, label: numbered(each.label, q), detail: each.is_name === true ? "" : said(each.accuracy_m, each.zones.slice(0, 1)) }));
        },
        choose: (place) => this.take(place),
        typed: () => {
          this.clear();
        },
        left: (first) => {
          if (first?.is_name === true || (first === undefined && !navigator.onLine)) {
            this.read.textContent = t("Placed when it is sent.");
            return;
          }
          this.read.textContent = first?.is_point === true ? t("Will be placed at %(place)s", { place: `${first.label} · ${said(first.accuracy_m, first.zones)}` }) : t("Not found: the words are kept, without a point. Put it on the map if you know where.");
          if (first?.is_point === true) this.map?.show(first.lon_deg, first.lat_deg, first.accuracy_m);
        },
      },
      t("Places"),
    );
    this.startMap();
    const point = this.part("lon_deg").value;
    if (point !== "") void this.zones(Number(point), Number(this.part("lat_deg").value), Number(this.part("accuracy_m").value));
  }

  reset(): void {
    this.box.settle("");
    this.clear();
  }

  /** Show what hidden fields hold, after a draft came back. */
  refresh(): void {
    this.box.settle(this.input.value);
    const lon = this.part("lon_deg").value;
    if (lon !== "") void this.zones(Number(lon), Number(this.part("lat_deg").value), Number(this.part("accuracy_m").value));
  }

  /** Ask the portal; without network, what this device knows. */
  private async offered(q: string, signal: AbortSignal): Promise<readonly Place[]> {
    try {
      return ((await (await send(`${this.form.dataset["places"] ?? ""}?${new URLSearchParams({ q })}`, { signal })).json()) as { places: Place[] }).places;
    } catch (error) {
      if (!isAway(error)) throw error;
      return placesHere(Number(this.form.dataset["account"]), q);
    }
  }

  ready(): Promise<void> {
    return this.box.ready();
  }

  private part(name: (typeof PARTS)[number]): HTMLInputElement {
    return need<HTMLInputElement>(`[name=${name}]`, this.form);
  }

  private clear(): void {
    for (const name of PARTS) this.part(name).value = "";
    this.read.textContent = "";
    this.map?.show(null, null, null);
  }

  private take(place: Place): void {
    if (place.is_name === true) {
      this.clear();
      this.read.textContent = t("Placed when it is sent.");
      return;
    }
    if (canSeal()) void remember(Number(this.form.dataset["account"]), place);
    if (!place.is_point) { // a zone's name alone is no point
      this.clear();
      this.read.textContent = t("A zone, without a point: %(zones)s", { zones: place.zones.join(" · ") });
      return;
    }
    this.set(place.lon_deg, place.lat_deg, place.accuracy_m, place.located_by);
    this.read.textContent = said(place.accuracy_m, place.zones);
    this.map?.show(place.lon_deg, place.lat_deg, place.accuracy_m);
  }

  private set(lon: number, lat: number, accuracy: number, by: string): void {
    this.part("lon_deg").value = String(lon);
    this.part("lat_deg").value = String(lat);
    this.part("accuracy_m").value = String(accuracy);
    this.part("located_by").value = by;
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private startMap(): void {
    const details = this.form.querySelector<HTMLDetailsElement>("[data-map-of=place]");
    if (details === null) return;
    details.hidden = false;
    details.addEventListener("toggle", () => {
      if (!details.open || this.map !== undefined) return;
      void import("./map").then(async ({ startSmallMap }) => {
        this.map = await startSmallMap(need(".entry__ground", details), (lon, lat) => void this.put(lon, lat));
        const lon = this.part("lon_deg").value;
        if (lon !== "") this.map.show(Number(lon), Number(this.part("lat_deg").value), Number(this.part("accuracy_m").value));
      });
    });
    need("[data-centre]", details).addEventListener("click", () => {
      const centre = this.map?.centre();
      if (centre !== undefined) void this.put(centre[0], centre[1]);
    });
  }

  private async put(lon: number, lat: number): Promise<void> {
    this.set(lon, lat, BY_HAND_M, "person");
    this.map?.show(lon, lat, BY_HAND_M);
    this.box.settle(this.input.value);
    await this.zones(lon, lat, BY_HAND_M);
  }

  private async zones(lon: number, lat: number, accuracy: number): Promise<void> {
    const address = `${this.form.dataset["point"] ?? ""}?${new URLSearchParams({ lon: String(lon), lat: String(lat) })}`;
    try {
      const { zones } = (await (await send(address)).json()) as { zones: string[] };
      this.read.textContent = said(accuracy, zones.length > 0 ? zones : [t("outside the town")]);
    } catch {
      this.read.textContent = said(accuracy, []);
    }
  }
}
