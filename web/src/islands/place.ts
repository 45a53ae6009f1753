// One fact's place on a small map: the town's own layers, a point, and the circle in which it surely lies.
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, LayerSpecification, Map as MapLibre, SourceSpecification } from "maplibre-gl";
import { onAppearance } from "../lib/appearance";
import { asset } from "../lib/assets";
import { send } from "../lib/send";
import { t } from "../lib/words";
import { groundLayers, groundSources, nameLayers, namesOf, NOTHING, streetLayers, zoneSource, type Ground } from "./explore/map/basemap";
import { repaint } from "./explore/map/layers";
import { faded, readPalette, type Palette } from "./explore/palette";

interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly accuracy_m: number | null;
  readonly severity: number;
  readonly ground: Ground;
}

const EARTH_M = 6_371_008.8; // mean radius (IUGG)
const CORNERS = 72;
const LEAST_SHOWN_M = 350; // a quarter of the picture, so that the streets around are named

/** The outline of a circle on the ground. */
function circle({ lat, lon }: Place, radius: number): [number, number][] {
  const degrees = (radius / EARTH_M) * (180 / Math.PI);
  return Array.from({ length: CORNERS + 1 }, (_, index) => {
    const angle = (2 * Math.PI * index) / CORNERS;
    return [lon + (degrees * Math.cos(angle)) / Math.cos((lat * Math.PI) / 180), lat + degrees * Math.sin(angle)];
  });
}

function drawn(place: Place): FeatureCollection {
  const point = { type: "Feature" as const, properties: { kind: "point" }, geometry: { type: "Point" as const, coordinates: [place.lon, place.lat] } };
  if (place.accuracy_m === null || place.accuracy_m <= 0) return { type: "FeatureCollection", features: [point] };
  const around = { type: "Feature" as const, properties: { kind: "around" }, geometry: { type: "Polygon" as const, coordinates: [circle(place, place.accuracy_m)] } };
  return { type: "FeatureCollection", features: [around, point] };
}

function markLayers(place: Place, palette: Palette): LayerSpecification[] {
  const colour = palette.severity[place.severity - 1] ?? palette.accent;
  return [
    { id: "around", type: "fill", source: "place", filter: ["==", ["get", "kind"], "around"], paint: { "fill-color": faded(colour, 0.16), "fill-outline-color": colour } },
    { id: "point", type: "circle", source: "place", filter: ["==", ["get", "kind"], "point"], paint: { "circle-radius": 7, "circle-color": colour, "circle-stroke-width": 2, "circle-stroke-color": palette.surface } },
  ];
}

function layersOf(place: Place, palette: Palette): LayerSpecification[] {
  return [...groundLayers(place.ground, palette), ...markLayers(place, palette), ...nameLayers(place.ground, palette), ...streetLayers(palette)];
}

function sourcesOf(place: Place): Record<string, SourceSpecification> {
  const names = Object.fromEntries(place.ground.levels.map(({ name }) => [`names-${name}`, { type: "geojson" as const, data: NOTHING }]));
  return { ...groundSources(place.ground), ...names, labels: { type: "geojson", data: NOTHING }, place: { type: "geojson", data: drawn(place) } };
}

async function outlines(map: MapLibre, ground: Ground): Promise<void> {
  for (const level of ground.levels) {
    const zones = (await (await send(level.zones)).json()) as FeatureCollection;
    map.getSource<GeoJSONSource>(zoneSource(level.name))?.setData(zones);
    map.getSource<GeoJSONSource>(`names-${level.name}`)?.setData(namesOf(zones));
  }
  map.getSource<GeoJSONSource>("labels")?.setData((await (await send(ground.labels)).json()) as FeatureCollection);
}

export default async function start(host: HTMLElement): Promise<void> {
  const place = JSON.parse(host.dataset["place"] ?? "null") as Place | null;
  if (place === null) return;
  const { Map: MapLibreMap, NavigationControl, setWorkerUrl } = await import("maplibre-gl");
  setWorkerUrl(asset("maplibre-gl-worker.js"));
  const palette = readPalette(host);
  const shown = circle(place, Math.max(LEAST_SHOWN_M, 2 * (place.accuracy_m ?? 0)));
  const [lons, lats] = [shown.map(([lon]) => lon), shown.map(([, lat]) => lat)];
  const map = new MapLibreMap({
    container: host,
    style: { version: 8, sources: sourcesOf(place), layers: layersOf(place, palette) },
    bounds: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
    attributionControl: place.ground.baseMap === null ? false : { compact: true },
    dragRotate: false,
    scrollZoom: false,
    fadeDuration: 0,
    locale: { "NavigationControl.ZoomIn": t("Zoom in"), "NavigationControl.ZoomOut": t("Zoom out"), "Map.Title": t("Where it happened") },
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.once("style.load", () => void outlines(map, place.ground));
  onAppearance(() => {
    repaint(map, layersOf(place, readPalette(host)));
  });
}
