// The map of the room: what rings by shape and colour, fresh facts as dots, and what is near a chosen alarm.
import type { FeatureCollection } from "geojson";
import { Map as MapLibre, NavigationControl, Popup, ScaleControl, setWorkerUrl, type GeoJSONSource, type LayerSpecification, type MapGeoJSONFeature, type MapMouseEvent } from "maplibre-gl";
import { onAppearance } from "../../lib/appearance";
import { asset } from "../../lib/assets";
import { element } from "../../lib/dom";
import { send } from "../../lib/send";
import { t } from "../../lib/words";
import { FONT, groundLayers, groundSources, nameLayers, namesOf, NOTHING, streetLayers, zoneSource } from "../explore/map/basemap";
import { repaint } from "../explore/map/layers";
import { faded, readPalette, type Palette } from "../explore/palette";
import { age, hour } from "./clock";
import type { Alarm, Config, Line, NearLine, Point, Situation } from "./types";

const SHAPE_PX = 34;
const EARTH_M = 6_371_008.8; // mean radius (IUGG)
const CORNERS = 72;
const CLOSE_ZOOM = 14.5;
/** The shapes of severities 1 to 5 on a square of 24, as web/src/icons/severity-*.svg draws them. */
const SHAPES: readonly (readonly Point[] | number)[] = [
  4.5,
  [[5.5, 5.5], [18.5, 5.5], [18.5, 18.5], [5.5, 18.5]],
  [[12, 2.5], [21.5, 12], [12, 21.5], [2.5, 12]],
  [[12, 2.5], [22.5, 21], [1.5, 21]],
  [[8, 1.5], [16, 1.5], [22.5, 8], [22.5, 16], [16, 22.5], [8, 22.5], [1.5, 16], [1.5, 8]],
];

function shape(severity: number, palette: Palette, isRinging: boolean): ImageData {
  const scale = 2; // for screens with fine pixels
  const canvas = new OffscreenCanvas(SHAPE_PX * scale, SHAPE_PX * scale);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("this browser draws no canvas");
  pen.scale((SHAPE_PX * scale) / 30, (SHAPE_PX * scale) / 30);
  pen.translate(3, 3);
  const outline = SHAPES[severity - 1] ?? 4.5;
  pen.beginPath();
  if (typeof outline === "number") pen.arc(12, 12, outline * 1.6, 0, 2 * Math.PI);
  else outline.forEach(([x, y], index) => (index === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = isRinging ? 5 : 4;
  pen.strokeStyle = isRinging ? palette.text : palette.surface;
  pen.stroke();
  pen.fillStyle = isRinging ? (palette.severity[severity - 1] ?? palette.accent) : faded(palette.severity[severity - 1] ?? palette.accent, 0.75);
  pen.fill();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function circle([lon, lat]: Point, radius: number): Point[] {
  const degrees = (radius / EARTH_M) * (180 / Math.PI);
  return Array.from({ length: CORNERS + 1 }, (_, index) => {
    const angle = (2 * Math.PI * index) / CORNERS;
    return [lon + (degrees * Math.cos(angle)) / Math.cos((lat * Math.PI) / 180), lat + degrees * Math.sin(angle)] as const;
  });
}

function points<R extends { readonly point: Point | null }>(rows: readonly R[], properties: (row: R) => Record<string, string | number | boolean>): FeatureCollection {
  const placed = rows.filter((row): row is R & { readonly point: Point } => row.point !== null);
  return { type: "FeatureCollection", features: placed.map((row) => ({ type: "Feature", properties: properties(row), geometry: { type: "Point", coordinates: [...row.point] } })) };
}

type Hit = MapMouseEvent & { features?: MapGeoJSONFeature[] };

export class RoomMap {
  private readonly map: MapLibre;
  private palette: Palette;
  private readonly data: Record<string, FeatureCollection> = { facts: NOTHING, alarms: NOTHING, near: NOTHING, chosen: NOTHING, situations: NOTHING };
  private alarms: readonly Alarm[] = [];
  private lines: readonly Line[] = [];
  private isReady = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly config: Config,
    private readonly onAlarm: (key: string) => void,
  ) {
    setWorkerUrl(asset("maplibre-gl-worker.js"));
    this.palette = readPalette(host);
    const names = Object.fromEntries(config.ground.levels.map(({ name }) => [`names-${name}`, { type: "geojson" as const, data: NOTHING }]));
    const own = Object.fromEntries(Object.keys(this.data).map((name) => [name, { type: "geojson" as const, data: NOTHING }]));
    this.map = new MapLibre({
      container: host,
      style: { version: 8, sources: { ...groundSources(config.ground), ...names, labels: { type: "geojson", data: NOTHING }, ...own }, layers: this.layers() },
      bounds: [...config.bounds],
      fitBoundsOptions: { padding: 24 },
      attributionControl: config.ground.baseMap === null ? false : { compact: true },
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      locale: { "NavigationControl.ZoomIn": t("Zoom in"), "NavigationControl.ZoomOut": t("Zoom out"), "Map.Title": t("Map of alarms and fresh facts") },
    });
    if (!config.wall) this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
    this.map.once("style.load", () => {
      this.isReady = true;
      this.drawShapes();
      for (const name of Object.keys(this.data)) this.put(name);
      void this.outlines();
    });
    if (!config.wall) this.listen();
    onAppearance(() => {
      this.palette = readPalette(host);
      if (!this.isReady) return;
      repaint(this.map, this.layers());
      this.drawShapes();
    });
    new ResizeObserver(() => this.map.resize()).observe(host);
  }

  showAlarms(alarms: readonly Alarm[]): void {
    this.alarms = alarms;
    // Drawn last is drawn on top: the gravest that ring.
    const order = [...alarms].sort((one, other) => Number(one.rings) - Number(other.rings) || one.severity - other.severity);
    this.data["alarms"] = points(order, ({ key, severity, rings }) => ({ key, image: `alarm-${severity}-${rings ? "rings" : "taken"}` }));
    this.put("alarms");
  }

  showLines(lines: readonly Line[]): void {
    this.lines = lines;
    const now = Date.now();
    this.data["facts"] = points([...lines].reverse(), ({ id, severity, at }) => ({ id, severity, hours: (now - Date.parse(at)) / 3_600_000 }));
    this.put("facts");
  }

  showSituations(rows: readonly Situation[]): void {
    this.data["situations"] = points(rows, ({ title }) => ({ title }));
    this.put("situations");
  }

  /** Ring the chosen alarm; the map stays where it is. */
  choose(alarm: Alarm | undefined): void {
    this.data["chosen"] = points(alarm === undefined ? [] : [alarm], () => ({}));
    this.put("chosen");
  }

  /** Draw what is near a point, and how far was looked. */
  showNear(center: Point | null, radius: number, rows: readonly NearLine[]): void {
    const found = points(rows, ({ id, severity }) => ({ id, severity }));
    if (center !== null) found.features.unshift({ type: "Feature", properties: { kind: "area" }, geometry: { type: "Polygon", coordinates: [circle(center, radius).map((point) => [...point])] } });
    this.data["near"] = found;
    this.put("near");
    if (center === null) return;
    const outline = circle(center, radius);
    const [lons, lats] = [outline.map(([lon]) => lon), outline.map(([, lat]) => lat)];
    const panel = this.host.parentElement?.querySelector<HTMLElement>("[data-near]")?.offsetWidth ?? 0;
    const right = panel + 120 < this.host.clientWidth ? panel + 24 : 24; // beside the panel, where there is room beside it
    this.map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: { top: 24, bottom: 24, left: 24, right }, duration: 0, maxZoom: 17 });
  }

  clearNear(): void {
    this.data["near"] = NOTHING;
    this.put("near");
  }

  /** Give the map the keys: arrows move, + and - zoom; centred on the chosen alarm, where there is one. */
  focus(alarm: Alarm | undefined): void {
    if (alarm?.point !== null && alarm !== undefined) this.map.jumpTo({ center: [...alarm.point] as [number, number], zoom: Math.max(CLOSE_ZOOM, this.map.getZoom()) });
    this.map.getCanvas().focus();
  }

  home(): void {
    this.map.fitBounds([...this.config.bounds], { padding: 24, duration: 0 });
  }

  private layers(): LayerSpecification[] {
    const { palette } = this;
    const colour = ["match", ["get", "severity"], ...palette.severity.flatMap((each, index) => [index + 1, each]), palette.others] as never;
    return [
      ...groundLayers(this.config.ground, palette),
      { id: "near-area", type: "fill", source: "near", filter: ["==", ["get", "kind"], "area"], paint: { "fill-color": faded(palette.accent, 0.1), "fill-outline-color": palette.accent } },
      ...nameLayers(this.config.ground, palette),
      ...streetLayers(palette),
      { id: "facts", type: "circle", source: "facts", paint: { "circle-color": colour, "circle-radius": this.config.wall ? 7 : 5, "circle-opacity": ["interpolate", ["linear"], ["get", "hours"], 0, 0.95, 2, 0.7, 24, 0.3], "circle-stroke-color": palette.halo, "circle-stroke-width": 1 } },
      { id: "near", type: "circle", source: "near", filter: ["!=", ["get", "kind"], "area"], paint: { "circle-color": colour, "circle-radius": 7, "circle-stroke-color": palette.accent, "circle-stroke-width": 2 } },
      { id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": 22, "circle-color": faded(palette.accent, 0.15), "circle-stroke-color": palette.accent, "circle-stroke-width": 3 } },
      { id: "situations", type: "symbol", source: "situations", layout: { "text-field": ["get", "title"], "text-font": FONT, "text-size": this.config.wall ? 18 : 13, "text-offset": [0, 1.6], "text-max-width": 12, "text-allow-overlap": true }, paint: { "text-color": palette.text, "text-halo-color": palette.surface, "text-halo-width": 2 } },
      { id: "situations-mark", type: "circle", source: "situations", paint: { "circle-radius": 15, "circle-color": faded(palette.accent, 0.25), "circle-stroke-color": palette.text, "circle-stroke-width": 3 } },
      { id: "alarms", type: "symbol", source: "alarms", layout: { "icon-image": ["get", "image"], "icon-size": this.config.wall ? 1.4 : 0.9, "icon-allow-overlap": true, "icon-ignore-placement": true } },
    ];
  }

  private drawShapes(): void {
    for (const severity of [1, 2, 3, 4, 5]) {
      for (const isRinging of [true, false]) {
        const name = `alarm-${severity}-${isRinging ? "rings" : "taken"}`;
        const drawn = shape(severity, this.palette, isRinging);
        if (this.map.hasImage(name)) this.map.updateImage(name, drawn);
        else this.map.addImage(name, drawn, { pixelRatio: 2 });
      }
    }
  }

  private put(name: string): void {
    if (this.isReady) this.map.getSource<GeoJSONSource>(name)?.setData(this.data[name] ?? NOTHING);
  }

  private async outlines(): Promise<void> {
    for (const level of this.config.ground.levels) {
      const zones = (await (await send(level.zones)).json()) as FeatureCollection;
      this.map.getSource<GeoJSONSource>(zoneSource(level.name))?.setData(zones);
      this.map.getSource<GeoJSONSource>(`names-${level.name}`)?.setData(namesOf(zones));
    }
    this.map.getSource<GeoJSONSource>("labels")?.setData((await (await send(this.config.ground.labels)).json()) as FeatureCollection);
    this.map.once("idle", () => (this.host.dataset["mapped"] = ""));
  }

  private listen(): void {
    const popup = new Popup({ closeButton: true, maxWidth: "320px", locale: { "Popup.Close": t("Close") } } as never);
    this.map.on("click", (event) => {
      const [hit] = this.map.queryRenderedFeatures([[event.point.x - 6, event.point.y - 6], [event.point.x + 6, event.point.y + 6]], { layers: ["alarms", "facts"] });
      popup.remove();
      const alarm = this.alarms.find(({ key }) => hit?.layer.id === "alarms" && key === hit.properties["key"]);
      const line = this.lines.find(({ id }) => hit?.layer.id === "facts" && id === hit.properties["id"]);
      if (alarm !== undefined) this.onAlarm(alarm.key);
      else if (line !== undefined && line.point !== null) popup.setLngLat([...line.point] as [number, number]).setDOMContent(card(line)).addTo(this.map);
    });
    for (const layer of ["alarms", "facts"]) {
      this.map.on("mouseenter", layer, (event: Hit) => (event.target.getCanvas().style.cursor = "pointer"));
      this.map.on("mouseleave", layer, (event: Hit) => (event.target.getCanvas().style.cursor = ""));
    }
  }
}

function card(line: Line): HTMLElement {
  const title = line.url === "" ? element("strong", {}, line.title) : element("a", { href: line.url, target: "_blank", rel: "noopener", title: t("(new window)") }, line.title);
  return element("div", { class: "room-card" }, element("p", {}, title), element("p", { class: "soft" }, [`${hour(line.at)} (${age(line.at)})`, line.where, line.source].filter((part) => part !== "").join(" · ")));
}
