// The located records of a preview on a map of the town: where they would lie, before anything is filed.
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, LayerSpecification } from "maplibre-gl";
import { onAppearance } from "../lib/appearance";
import { asset } from "../lib/assets";
import { send } from "../lib/send";
import { t } from "../lib/words";
import { groundLayers, groundSources, nameLayers, namesOf, NOTHING, streetLayers, zoneSource, type Ground } from "./explore/map/basemap";
import { repaint } from "./explore/map/layers";
import { readPalette, type Palette } from "./explore/palette";

interface Point {
  readonly lat: number;
  readonly lon: number;
}

interface Shown {
  readonly points: readonly Point[];
  readonly ground: Ground;
}

const MARGIN_DEG = 0.004; // 400 m: a single point still shows the streets around it

function drawn(points: readonly Point[]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: points.map(({ lat, lon }) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } })),
  };
}

function layersOf(ground: Ground, palette: Palette): LayerSpecification[] {
  const points: LayerSpecification = {
    id: "points",
    type: "circle",
    source: "points",
    paint: { "circle-radius": 5, "circle-color": palette.accent, "circle-stroke-width": 1.5, "circle-stroke-color": palette.surface },
  };
  return [...groundLayers(ground, palette), points, ...nameLayers(ground, palette), ...streetLayers(palette)];
}

export default async function start(host: HTMLElement): Promise<void> {
  const { points, ground } = JSON.parse(host.dataset["shown"] ?? "{}") as Shown;
  const { Map: MapLibreMap, NavigationControl, setWorkerUrl } = await import("maplibre-gl");
  setWorkerUrl(asset("maplibre-gl-worker.js"));
  const palette = readPalette(host);
  const [lons, lats] = [points.map(({ lon }) => lon), points.map(({ lat }) => lat)];
  const names = Object.fromEntries(ground.levels.map(({ name }) => [`names-${name}`, { type: "geojson" as const, data: NOTHING }]));
  const map = new MapLibreMap({
    container: host,
    style: {
      version: 8,
      sources: { ...groundSources(ground), ...names, labels: { type: "geojson", data: NOTHING }, points: { type: "geojson", data: drawn(points) } },
      layers: layersOf(ground, palette),
    },
    bounds: [Math.min(...lons) - MARGIN_DEG, Math.min(...lats) - MARGIN_DEG, Math.max(...lons) + MARGIN_DEG, Math.max(...lats) + MARGIN_DEG],
    attributionControl: ground.baseMap === null ? false : { compact: true },
    dragRotate: false,
    scrollZoom: false,
    fadeDuration: 0,
    locale: { "NavigationControl.ZoomIn": t("Zoom in"), "NavigationControl.ZoomOut": t("Zoom out"), "Map.Title": t("Where it happened") },
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.once("style.load", async () => {
    for (const level of ground.levels) {
      const zones = (await (await send(level.zones)).json()) as FeatureCollection;
      map.getSource<GeoJSONSource>(zoneSource(level.name))?.setData(zones);
      map.getSource<GeoJSONSource>(`names-${level.name}`)?.setData(namesOf(zones));
    }
    map.getSource<GeoJSONSource>("labels")?.setData((await (await send(ground.labels)).json()) as FeatureCollection);
  });
  onAppearance(() => {
    repaint(map, layersOf(ground, readPalette(host)));
  });
}
