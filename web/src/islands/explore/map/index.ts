// The map of a selection. Loaded apart from the page, which is readable before it is here.
import type { FeatureCollection, Geometry, Point } from "geojson";
import { AttributionControl, Map as MapLibre, NavigationControl, prewarm, ScaleControl, setWorkerUrl, type GeoJSONSource, type LayerSpecification, type LngLatBoundsLike, type MapGeoJSONFeature, type MapMouseEvent, type VectorTileSource } from "maplibre-gl";
import { asset } from "../../../lib/assets";
import { send } from "../../../lib/send";
import { toast } from "../../../lib/toast";
import { t } from "../../../lib/words";
import { readPalette, type Palette } from "../palette";
import type { Session } from "../session";
import { mercator, tilesAround } from "../tiles";
import type { Answer, Config, Mode, Row } from "../types";
import { groundLayers, groundStyle, nameLayers, namesOf, NOTHING, streetLayers, zoneSource } from "./basemap";
import { areaLayers, factLayers, factSources, focusLayers, heatIntensity, hexLayers, LAYERS_OF, pointColour, pointRadius, repaint, stepColour, zoneLayers } from "./layers";
import { Legend } from "./legend";
import { Cards } from "./popup";
import { drawOn, type Tool } from "./tools";

const ZOOM_TO_CARD = 15.5; // from there on a dot of several facts is one spot, not a crowd to zoom into
const AROUND = 0.35; // share of the view added on each side, so that a small move needs no new hexagons
/** Zoom to H3 resolution: cells stay some 25 to 60 px wide. */
const RESOLUTION: readonly (readonly [number, number])[] = [[9, 6], [10.6, 7], [12, 8], [13.6, 9], [99, 10]];

type Hit = MapMouseEvent & { features?: MapGeoJSONFeature[] };

export class MapView {
  private readonly map: MapLibre;
  private readonly legend: Legend;
  private readonly cards: Cards;
  private readonly hidden = new Set<number>();
  private readonly outlines = new Map<string, Promise<FeatureCollection>>();
  private palette: Palette;
  private shown: { mode: Mode; level: string } | undefined;
  private counted: string[] = [];
  /** Level whose choropleth is laid. */
  private laid: string | undefined;
  private hovered: string | null = null;
  private drawing: AbortController | undefined;
  private hexing: AbortController | undefined;
  private hexBreaks: readonly number[] = [];
  private hexMost = 0;
  private isReady = false;
  private isFilling = false;
  private hasNames = false;
  private isGroundLaid: Promise<void> = Promise.resolve();
  /** Tiles that the map draws or is loading. */
  private tiles = "";

  constructor(
    host: HTMLElement,
    private readonly session: Session,
    private readonly config: Config,
    private readonly onHovered: (id: string | null) => void,
  ) {
    performance.mark("explore:mapping");
    const { answer, root } = session;
    this.palette = readPalette(root);
    this.legend = new Legend(session, config);
    const [lat, lon, zoom] = answer.map.at ?? [];
    this.map = new MapLibre({
      container: host,
      style: this.style(answer),
      ...(lat !== undefined && lon !== undefined && zoom !== undefined ? { center: [lon, lat], zoom } : { bounds: framed(answer.bounds ?? config.bounds), fitBoundsOptions: { padding: 12 } }),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      maxZoom: 19,
      minZoom: 3,
      cancelPendingTileRequestsWhileZooming: true,
      locale: { "NavigationControl.ZoomIn": t("Zoom in"), "NavigationControl.ZoomOut": t("Zoom out"), "Map.Title": t("Map of the selection"), "AttributionControl.ToggleAttribution": t("Sources of the map") },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
    if (config.baseMap !== null) this.map.addControl(new AttributionControl({ compact: true }), "bottom-right");
    this.cards = new Cards(this.map, root);
    this.listen();
    session.around = () => this.around();
    this.map.once("style.load", () => {
      this.isReady = true;
      performance.mark("explore:styled");
      this.show(this.session.answer);
    });
  }

  show(answer: Answer): void {
    if (!this.isReady) return;
    const { mode, level } = answer.map;
    const isNewMode = this.shown?.mode !== mode || this.shown.level !== level;
    if (isNewMode) this.hidden.clear();
    if (mode === "zones" && this.laid !== level) this.layZones(level);
    this.shown = { mode, level };
    for (const [name, layers] of Object.entries(LAYERS_OF)) {
      for (const layer of layers) if (this.map.getLayer(layer) !== undefined) this.map.setLayoutProperty(layer, "visibility", name === mode ? "visible" : "none");
    }
    if (this.tiles !== answer.tiles) this.source<VectorTileSource>("facts").setTiles([absolute(answer.tiles)]);
    this.tiles = answer.tiles;
    if (answer.area !== null || this.map.getSource("area") !== undefined) this.own("area", areaLayers(this.palette)).setData(answer.area === null ? NOTHING : feature(answer.area));
    this.isFilling = true;
    void Promise.all([this.fill(answer), this.isGroundLaid]).finally(() => {
      this.isFilling = false;
      this.map.triggerRepaint();
    });
    this.awaitDrawing(this.session.serial);
    this.map.triggerRepaint();
  }

  /** Say when the first frame is drawn that has all tiles of the answer in it; street names may come later. */
  private awaitDrawing(serial: number): void {
    const look = (): void => {
      if (serial === this.session.serial && !(this.map.areTilesLoaded() && this.map.isSourceLoaded("facts") && !this.isFilling)) return;
      this.map.off("render", look);
      if (serial !== this.session.serial) return;
      this.session.root.dataset["mapped"] = String(serial);
      performance.mark("explore:mapped");
      void this.layNames();
    };
    this.map.on("render", look);
  }

  private async layNames(): Promise<void> {
    if (this.hasNames) return;
    this.hasNames = true;
    for (const [index, { name }] of this.config.levels.entries()) {
      const layers = nameLayers(this.config, this.palette).slice(index, index + 1);
      this.own(`names-${name}`, layers).setData(namesOf(await this.zones(name)));
    }
    this.map.once("idle", () => this.own("labels", streetLayers(this.palette)).setData(this.config.urls.labels));
  }

  resize(): void {
    this.map.resize();
  }

  /** Light the point of a row of the list. */
  focus(row: Row | null): void {
    if (!this.isReady) return;
    const isPlaced = row !== null && row.lon !== null && row.lat !== null;
    if (!isPlaced && this.map.getSource("focus") === undefined) return;
    this.own("focus", focusLayers(this.palette)).setData(isPlaced ? feature({ type: "Point", coordinates: [row.lon ?? 0, row.lat ?? 0] }) : NOTHING);
  }

  /** Go to what the question is about, or to the whole town. */
  home(): void {
    this.map.fitBounds(framed(this.session.answer.bounds ?? this.config.bounds), { padding: 12, duration: 0 });
  }

  /** What the map shows, as a change of the filter: drawing by keys. */
  view(): string {
    const bounds = this.map.getBounds();
    return `box:${[bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degrees) => degrees.toFixed(5)).join(",")}`;
  }

  /** Draw a box or an outline; resolves once it is drawn or given up. */
  async draw(tool: Tool): Promise<void> {
    this.drawing?.abort();
    this.drawing = new AbortController();
    this.cards.close();
    const change = await drawOn(this.map, tool, this.drawing.signal);
    if (change !== null) await this.session.change(change);
  }

  private around(): string | null {
    if (this.shown?.mode !== "points" && this.shown?.mode !== "heat") return null;
    const { lng, lat } = this.map.getCenter();
    return tilesAround(mercator(lng, lat), this.map.getZoom(), 1, 1)[0] ?? null;
  }

  stopDrawing(): void {
    this.drawing?.abort();
  }

  repaint(): void {
    this.palette = readPalette(this.session.root);
    const { answer } = this.session;
    const level = this.laid;
    repaint(this.map, [...groundLayers(this.config, this.palette), ...factLayers(this.config, this.palette, answer.map.colour), ...nameLayers(this.config, this.palette), ...streetLayers(this.palette), ...hexLayers(this.palette), ...areaLayers(this.palette), ...focusLayers(this.palette), ...(level === undefined ? [] : zoneLayers(level, this.palette))]);
    void this.fill(answer);
  }

  private style(answer: Answer): ReturnType<typeof groundStyle> {
    const ground = groundStyle(this.config, this.palette);
    this.tiles = answer.tiles;
    return {
      ...ground,
      sources: { ...ground.sources, ...factSources(absolute(answer.tiles)) },
      layers: [...groundLayers(this.config, this.palette), ...factLayers(this.config, this.palette, answer.map.colour)],
    };
  }

  /** A source of our own with its layers, made when it is first needed: empty ones would cost time at the start. */
  private own(name: string, layers: readonly LayerSpecification[], below?: string): GeoJSONSource {
    if (this.map.getSource(name) === undefined) {
      this.map.addSource(name, { type: "geojson", data: NOTHING });
      for (const layer of layers) this.map.addLayer(layer, below);
    }
    return this.source<GeoJSONSource>(name);
  }

  private source<S>(name: string): S {
    return this.map.getSource(name) as unknown as S;
  }

  private listen(): void {
    this.map.on("style.load", () => {
      this.isGroundLaid = this.loadGround();
    });
    this.map.on("moveend", (event) => {
      const { lat, lng } = this.map.getCenter();
      if ((event as { originalEvent?: unknown }).originalEvent !== undefined) this.session.note("at", [lat.toFixed(4), lng.toFixed(4), this.map.getZoom().toFixed(2)].join(","));
      if (this.shown?.mode === "hexes") void this.fillHexes(this.session.answer);
    });
    this.map.on("click", (event) => this.clicked(event));
    this.map.on("mousemove", (event) => this.moved(event));
    this.map.on("mouseout", () => this.hover(null));
    this.map.on("error", ({ error }) => {
      if ((error as { status?: number }).status === 401) window.location.reload();
      else if ((error as Error).name !== "AbortError") this.session.root.dispatchEvent(new CustomEvent("explore:map-problem", { detail: error.message }));
    });
  }

  /** Zones first, since they are the ground; names come when the facts are drawn, those of streets last. */
  private async loadGround(): Promise<void> {
    await Promise.all(
      this.config.levels.map(async ({ name }) => {
        this.source<GeoJSONSource>(zoneSource(name)).setData(await this.zones(name));
      }),
    ).catch((error: unknown) => toast(error instanceof Error ? error.message : String(error), { tone: "error" }));
  }

  private zones(level: string): Promise<FeatureCollection> {
    const known = this.outlines.get(level) ?? send(this.config.levels.find(({ name }) => name === level)?.zones ?? "").then((answer) => answer.json() as Promise<FeatureCollection>);
    this.outlines.set(level, known);
    return known;
  }

  private layZones(level: string): void {
    this.laid = level;
    for (const layer of zoneLayers(level, this.palette)) {
      if (this.map.getLayer(layer.id) !== undefined) this.map.removeLayer(layer.id);
      const above = this.config.levels[0]?.name ?? "";
      this.map.addLayer(layer, layer.id === "zones" ? `border-${above}` : "heat");
    }
    this.counted = [];
  }

  /** Colour what the mode shows, and its legend. */
  private async fill(answer: Answer): Promise<void> {
    const { mode, colour } = answer.map;
    const located = Math.max(1, answer.total - answer.unlocated);
    if (mode === "points") {
      this.map.setPaintProperty("points", "circle-color", pointColour(this.config, this.palette, colour));
      this.map.setPaintProperty("points", "circle-radius", pointRadius(located));
      this.legend.points(answer, this.palette);
    } else if (mode === "heat") {
      this.map.setPaintProperty("heat", "heatmap-intensity", heatIntensity(located));
      this.legend.heat(this.palette);
    } else if (mode === "zones") this.fillZones(answer);
    else await this.fillHexes(answer);
  }

  private fillZones(answer: Answer): void {
    const { zones, map } = answer;
    if (zones === null || zones.level !== this.laid) return;
    const source = zoneSource(zones.level);
    const value = (row: (typeof zones.rows)[number]): number => (map.measure === "rate" ? (row.rate ?? 0) : row.count);
    for (const code of this.counted) this.map.removeFeatureState({ source, id: code });
    for (const row of zones.rows) this.map.setFeatureState({ source, id: row.code }, { value: value(row), chosen: zones.chosen.includes(row.code) });
    this.counted = zones.rows.map((row) => row.code);
    const breaks = zones.breaks[map.measure];
    const hasChoice = zones.chosen.length > 0;
    this.map.setPaintProperty("zones", "fill-opacity", hasChoice ? ["case", ["boolean", ["feature-state", "chosen"], false], 0.92, 0.3] : 0.88);
    const paint = (): void => {
      this.map.setPaintProperty("zones", "fill-color", stepColour(["number", ["feature-state", "value"], 0], breaks, this.palette, this.hidden));
      this.legend.classes({ title: map.measure === "rate" ? t("Facts per 1,000 inhabitants") : t("Facts by zone"), breaks, most: Math.max(0, ...zones.rows.map(value)), isWhole: map.measure !== "rate", hidden: this.hidden, onToggled: paint }, this.palette);
    };
    paint();
  }

  private async fillHexes(answer: Answer): Promise<void> {
    this.hexing?.abort();
    const hexing = new AbortController();
    this.hexing = hexing;
    const bounds = this.map.getBounds();
    const [width, height] = [(bounds.getEast() - bounds.getWest()) * AROUND, (bounds.getNorth() - bounds.getSouth()) * AROUND];
    const box = [bounds.getWest() - width, bounds.getSouth() - height, bounds.getEast() + width, bounds.getNorth() + height];
    const parameters = new URLSearchParams(answer.filter);
    parameters.set("resolution", String(RESOLUTION.find(([zoom]) => this.map.getZoom() < zoom)?.[1] ?? 10));
    parameters.set("view", box.map((degrees) => degrees.toFixed(4)).join(","));
    try {
      const found = await send(`${this.config.urls.hexes}?${parameters}`, { signal: hexing.signal });
      const cells = (await found.json()) as FeatureCollection & { breaks: number[]; most: number };
      if (hexing.signal.aborted) return;
      this.hexBreaks = cells.breaks;
      this.hexMost = cells.most;
      this.own("hexes", hexLayers(this.palette), "heat").setData(cells);
      this.paintHexes();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) toast(error instanceof Error ? error.message : String(error), { tone: "error" });
    }
  }

  private paintHexes(): void {
    this.map.setLayoutProperty("hexes", "visibility", this.shown?.mode === "hexes" ? "visible" : "none");
    this.map.setPaintProperty("hexes", "fill-color", stepColour(["get", "count"], this.hexBreaks, this.palette, this.hidden));
    this.legend.classes({ title: t("Facts by hexagon"), breaks: this.hexBreaks, most: this.hexMost, isWhole: true, hidden: this.hidden, onToggled: () => this.paintHexes() }, this.palette);
  }

  private hits(event: Hit): MapGeoJSONFeature[] {
    const layers = ["points", "hexes", "zones"].filter((layer) => this.map.getLayer(layer) !== undefined);
    const { x, y } = event.point;
    return this.map.queryRenderedFeatures([[x - 3, y - 3], [x + 3, y + 3]], { layers });
  }

  private clicked(event: Hit): void {
    const [hit] = this.hits(event);
    if (hit === undefined) {
      this.cards.close();
      return;
    }
    if (hit.layer.id === "zones") void this.session.change(`zone:${this.shown?.level ?? ""}:${String(hit.properties["code"])}`);
    else if (hit.layer.id === "hexes") void this.cards.show(this.here(`&cell=${String(hit.properties["h3"])}`), event.lngLat);
    else this.clickedPoint(hit, event);
  }

  private clickedPoint(hit: MapGeoJSONFeature, event: Hit): void {
    const at = (hit.geometry as Point).coordinates as [number, number];
    const id = hit.properties["id"] as string | undefined;
    if (id !== undefined && id !== "") void this.cards.show(this.config.urls.card.replace("ID", id), at);
    else if (this.map.getZoom() < ZOOM_TO_CARD) this.map.easeTo({ center: at, zoom: Math.min(ZOOM_TO_CARD, this.map.getZoom() + 2), duration: 140 }, { originalEvent: event.originalEvent });
    else {
      const [west, north] = this.map.unproject([event.point.x - 8, event.point.y - 8]).toArray();
      const [east, south] = this.map.unproject([event.point.x + 8, event.point.y + 8]).toArray();
      void this.cards.show(this.here(`&view=${[west, south, east, north].map((degrees) => degrees?.toFixed(6)).join(",")}`), at);
    }
  }

  private here(more: string): string {
    return `${this.config.urls.here}?${this.session.answer.filter}${more}`;
  }

  private moved(event: Hit): void {
    const [hit] = this.hits(event);
    this.map.getCanvas().style.cursor = hit === undefined ? "" : "pointer";
    this.hover(hit ?? null);
  }

  private hover(hit: MapGeoJSONFeature | null): void {
    const zone = hit?.layer.id === "zones" ? String(hit.properties["code"]) : null;
    if (zone !== this.hovered && this.shown !== undefined) {
      const source = zoneSource(this.shown.level);
      if (this.hovered !== null) this.map.setFeatureState({ source, id: this.hovered }, { hovered: false });
      if (zone !== null) this.map.setFeatureState({ source, id: zone }, { hovered: true });
      this.hovered = zone;
    }
    this.onHovered(hit?.layer.id === "points" ? ((hit.properties["id"] as string | undefined) ?? null) : null);
    const name = zone === null ? null : this.session.answer.zones?.rows.find((row) => row.code === zone);
    this.session.root.dispatchEvent(new CustomEvent("explore:told", { detail: name ?? null }));
  }
}

/** The map's worker knows no page that an address could be relative to. */
function absolute(template: string): string {
  return new URL(template, window.location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
}

function framed([west, south, east, north]: readonly [number, number, number, number]): LngLatBoundsLike {
  return [west, south, east, north];
}

function feature(geometry: Geometry): FeatureCollection {
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry }] };
}

/** Start the worker that reads tiles, before the map is made. */
export function warmUp(): void {
  setWorkerUrl(asset("maplibre-gl-worker.js"));
  prewarm();
}

export function makeMap(host: HTMLElement, session: Session, config: Config, onHovered: (id: string | null) => void): MapView {
  return new MapView(host, session, config, onHovered);
}
