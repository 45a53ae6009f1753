// The map of a situation: where it is, its facts, units and what is drawn on it; drawing by clicks, kept by the form beside it.
import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { GeoJSONSource, LayerSpecification, Map as MapLibre, SourceSpecification } from "maplibre-gl";
import { onAppearance } from "../lib/appearance";
import { asset } from "../lib/assets";
import { need } from "../lib/dom";
import { send } from "../lib/send";
import { t } from "../lib/words";
import { groundLayers, groundSources, nameLayers, namesOf, NOTHING, streetLayers, zoneSource, type Ground } from "./explore/map/basemap";
import { repaint } from "./explore/map/layers";
import { faded, readPalette, type Palette } from "./explore/palette";

interface Sketch {
  readonly what: string;
  readonly said: string;
  readonly geometry: Geometry;
}

interface Shown {
  readonly here: readonly [number, number, number] | null;
  readonly facts: readonly (readonly [number, number, number, string])[];
  readonly units: readonly (readonly [number, number, string, boolean])[];
  readonly sketches: readonly Sketch[];
  readonly outlines?: FeatureCollection;
  readonly ground: Ground;
  readonly bounds: [number, number, number, number];
}

const AROUND_DEG = 0.006; // 650 m north and south: the streets around are named
const SHAPES: Record<string, "Polygon" | "LineString" | "Point"> = { perimeter: "Polygon", cordon: "LineString", meeting_point: "Point" };

const point = (lon: number, lat: number, properties: Record<string, unknown>): Feature => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] } });

function drawn(shown: Shown): FeatureCollection {
  const features: Feature[] = [
    ...(shown.outlines?.features ?? []).map((each) => ({ ...each, properties: { kind: "outline" } })),
    ...shown.sketches.map(({ geometry, said, what }) => ({ type: "Feature" as const, properties: { kind: "sketch", said, what }, geometry })),
    ...shown.facts.map(([lon, lat, severity, said]) => point(lon, lat, { kind: "fact", severity, said })),
    ...shown.units.map(([lon, lat, code, isHere]) => point(lon, lat, { kind: "unit", said: code, isHere })),
  ];
  if (shown.here !== null) features.push(point(shown.here[0], shown.here[1], { kind: "here", severity: shown.here[2] }));
  return { type: "FeatureCollection", features };
}

function layersOf(ground: Ground, palette: Palette): LayerSpecification[] {
  const graded = ["match", ["get", "severity"], ...palette.severity.flatMap((colour, at) => [at + 1, colour]), palette.accent] as unknown as string;
  const is = (kind: string) => ["==", ["get", "kind"], kind] as ["==", ["get", string], string];
  return [
    ...groundLayers(ground, palette),
    { id: "outline", type: "line", source: "shown", filter: is("outline"), paint: { "line-color": palette.accent, "line-opacity": 0.4 } },
    { id: "sketch-fill", type: "fill", source: "shown", filter: ["all", is("sketch"), ["==", ["geometry-type"], "Polygon"]], paint: { "fill-color": faded(palette.accent, 0.14) } },
    { id: "sketch-line", type: "line", source: "shown", filter: is("sketch"), paint: { "line-color": palette.accent, "line-width": 3, "line-dasharray": [2, 1] } },
    { id: "sketch-point", type: "circle", source: "shown", filter: ["all", is("sketch"), ["==", ["geometry-type"], "Point"]], paint: { "circle-radius": 8, "circle-color": palette.surface, "circle-stroke-width": 3, "circle-stroke-color": palette.accent } },
    { id: "draft-line", type: "line", source: "draft", paint: { "line-color": palette.accent, "line-width": 2 } },
    { id: "draft-point", type: "circle", source: "draft", paint: { "circle-radius": 5, "circle-color": palette.accent } },
    { id: "fact", type: "circle", source: "shown", filter: is("fact"), paint: { "circle-radius": 5, "circle-color": graded, "circle-stroke-width": 1.5, "circle-stroke-color": palette.surface } },
    { id: "unit", type: "circle", source: "shown", filter: is("unit"), paint: { "circle-radius": 7, "circle-color": palette.surface, "circle-stroke-width": 3, "circle-stroke-color": palette.accent } },
    { id: "here", type: "circle", source: "shown", filter: is("here"), paint: { "circle-radius": 10, "circle-color": graded, "circle-stroke-width": 3, "circle-stroke-color": palette.surface } },
    ...nameLayers(ground, palette),
    ...streetLayers(palette),
  ];
}

function boundsOf(shown: Shown): [number, number, number, number] {
  const points = [...(shown.here === null ? [] : [shown.here]), ...shown.facts];
  if (points.length === 0) return shown.bounds;
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  return [Math.min(...lons) - AROUND_DEG, Math.min(...lats) - AROUND_DEG, Math.max(...lons) + AROUND_DEG, Math.max(...lats) + AROUND_DEG];
}

async function outlines(map: MapLibre, ground: Ground): Promise<void> {
  for (const level of ground.levels) {
    const zones = (await (await send(level.zones)).json()) as FeatureCollection;
    map.getSource<GeoJSONSource>(zoneSource(level.name))?.setData(zones);
    map.getSource<GeoJSONSource>(`names-${level.name}`)?.setData(namesOf(zones));
  }
  if (ground.levels.length > 0) map.getSource<GeoJSONSource>("labels")?.setData((await (await send(ground.labels)).json()) as FeatureCollection);
}

/** Corners by clicks: the form's hidden field holds the shape so far, Escape drops it. */
function drawing(map: MapLibre, form: HTMLFormElement): void {
  const field = need<HTMLInputElement>('[name="geometry"]', form);
  const what = need<HTMLSelectElement>('[name="what"]', form);
  const press = need<HTMLButtonElement>("[data-draw]", form);
  const radius = need<HTMLInputElement>('[name="radius"]', form);
  const help = document.querySelector<HTMLElement>("[data-draw-help]");
  let corners: [number, number][] = [];
  let isOn = false;

  const shape = (): Geometry | null => {
    const kind = SHAPES[what.value];
    const [first, last] = [corners[0], corners.at(-1)];
    if (first === undefined || last === undefined) return null;
    if (kind === "Point") return { type: "Point", coordinates: last };
    if (kind === "LineString") return corners.length > 1 ? { type: "LineString", coordinates: corners } : null;
    return corners.length > 2 ? { type: "Polygon", coordinates: [[...corners, first]] } : null;
  };
  const show = (): void => {
    const found = shape();
    field.value = found === null ? "" : JSON.stringify(found);
    const line: Feature = { type: "Feature", properties: {}, geometry: found ?? { type: "LineString", coordinates: corners } };
    map.getSource<GeoJSONSource>("draft")?.setData({ type: "FeatureCollection", features: [line, ...corners.map(([lon, lat]) => point(lon, lat, {}))] });
  };
  const drop = (): void => {
    isOn = false;
    corners = [];
    press.setAttribute("aria-pressed", "false");
    map.getCanvas().style.cursor = "";
    show();
  };
  press.hidden = false;
  if (help !== null) help.hidden = false;
  press.addEventListener("click", () => {
    if (isOn) return drop();
    isOn = true;
    radius.value = "";
    press.setAttribute("aria-pressed", "true");
    map.getCanvas().style.cursor = "crosshair";
  });
  what.addEventListener("change", show);
  map.on("click", (event) => {
    if (!isOn) return;
    corners.push([Number(event.lngLat.lng.toFixed(6)), Number(event.lngLat.lat.toFixed(6))]);
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOn) drop();
  });
}

/** Areas by clicks, one after the other: the form's text holds them all as GeoJSON, where they can be pasted and taken out too. */
function collecting(map: MapLibre, form: HTMLFormElement, shown: Shown): void {
  const text = need<HTMLTextAreaElement>('[name="areas"]', form);
  const name = need<HTMLInputElement>("[data-area-name]", form);
  const press = need<HTMLButtonElement>("[data-draw]", form);
  const tool = need<HTMLElement>("[data-draw-tool]", form);
  let corners: [number, number][] = [];
  let isOn = false;

  const areas = (): Feature[] => {
    try {
      const said = JSON.parse(text.value) as Feature | FeatureCollection | Geometry;
      if (said.type === "FeatureCollection") return said.features;
      return said.type === "Feature" ? [said] : [{ type: "Feature", properties: {}, geometry: said }];
    } catch {
      return []; // half typed, or empty: the server says what is wrong of it
    }
  };
  const show = (): void => {
    const sketches = areas().map(({ geometry, properties }) => ({ what: "perimeter", said: String(properties?.["name"] ?? ""), geometry }));
    map.getSource<GeoJSONSource>("shown")?.setData(drawn({ ...shown, sketches }));
    const line: Feature = { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners } };
    map.getSource<GeoJSONSource>("draft")?.setData({ type: "FeatureCollection", features: [line, ...corners.map(([lon, lat]) => point(lon, lat, {}))] });
  };
  const turn = (on: boolean): void => {
    isOn = on;
    corners = [];
    press.setAttribute("aria-pressed", String(on));
    map.getCanvas().style.cursor = on ? "crosshair" : "";
    show();
  };
  tool.hidden = false;
  press.addEventListener("click", () => {
    const first = corners[0];
    if (isOn && first !== undefined && corners.length > 2) {
      const before = areas();
      const properties = { name: name.value.trim() || String(before.length + 1) };
      const added: Feature = { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [[...corners, first]] } };
      text.value = JSON.stringify({ type: "FeatureCollection", features: [...before, added] });
      name.value = "";
    }
    turn(!isOn);
  });
  text.addEventListener("input", show);
  map.on("click", (event) => {
    if (!isOn) return;
    corners.push([Number(event.lngLat.lng.toFixed(6)), Number(event.lngLat.lat.toFixed(6))]);
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOn) turn(false);
  });
  map.once("style.load", show);
}

export default async function start(host: HTMLElement): Promise<void> {
  const shown = JSON.parse(host.dataset["shown"] ?? "{}") as Shown;
  const { Map: MapLibreMap, NavigationControl, Popup, setWorkerUrl } = await import("maplibre-gl");
  setWorkerUrl(asset("maplibre-gl-worker.js"));
  const palette = readPalette(host);
  const { ground } = shown;
  const names = Object.fromEntries(ground.levels.map(({ name }) => [`names-${name}`, { type: "geojson" as const, data: NOTHING }]));
  const sources: Record<string, SourceSpecification> = {
    ...groundSources(ground),
    ...names,
    labels: { type: "geojson", data: NOTHING },
    shown: { type: "geojson", data: drawn(shown) },
    draft: { type: "geojson", data: NOTHING },
  };
  const map = new MapLibreMap({
    container: host,
    style: { version: 8, sources, layers: layersOf(ground, palette) },
    bounds: boundsOf(shown),
    attributionControl: ground.baseMap === null ? false : { compact: true },
    dragRotate: false,
    scrollZoom: false,
    fadeDuration: 0,
    locale: { "NavigationControl.ZoomIn": t("Zoom in"), "NavigationControl.ZoomOut": t("Zoom out"), "Map.Title": t("Map of the situation") },
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.once("style.load", () => void outlines(map, ground));
  for (const layer of ["fact", "unit", "sketch-point", "sketch-line"])
    map.on("click", layer, (event) => {
      const said = String(event.features?.[0]?.properties["said"] ?? "");
      if (said !== "" && map.getCanvas().style.cursor !== "crosshair") new Popup({ closeButton: false }).setLngLat(event.lngLat).setText(said).addTo(map);
    });
  const form = host.dataset["draws"] === undefined ? null : document.getElementById(host.dataset["draws"]);
  if (form instanceof HTMLFormElement) drawing(map, form);
  const collects = host.dataset["collects"] === undefined ? null : document.getElementById(host.dataset["collects"]);
  if (collects instanceof HTMLFormElement) collecting(map, collects, shown);
  onAppearance(() => {
    repaint(map, layersOf(ground, readPalette(host)));
  });
}
