// The small map of the entry form: a click puts the point, and its circle says how surely it is known.
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, LayerSpecification, Map as MapLibre, SourceSpecification } from "maplibre-gl";
import { onAppearance } from "../../lib/appearance";
import { asset } from "../../lib/assets";
import { need } from "../../lib/dom";
import { send } from "../../lib/send";
import { t } from "../../lib/words";
import { groundLayers, groundSources, nameLayers, namesOf, NOTHING, streetLayers, zoneSource, type Ground } from "../explore/map/basemap";
import { repaint } from "../explore/map/layers";
import { faded, readPalette, type Palette } from "../explore/palette";

interface Opening {
  readonly ground: Ground;
  readonly bounds: [number, number, number, number];
}

export interface SmallMap {
  show(lon: number | null, lat: number | null, accuracy: number | null): void;
  centre(): [number, number];
}

const CLOSE = 16; // a few streets around
const METRES_AT_ZOOM_0 = 78_271.517; // of a pixel of 512-pixel tiles at the equator

function layersOf(ground: Ground, palette: Palette, accuracy: number, lat: number): LayerSpecification[] {
  const pixels = accuracy / (METRES_AT_ZOOM_0 * Math.cos((lat * Math.PI) / 180));
  return [
    ...groundLayers(ground, palette),
    { id: "around", type: "circle", source: "point", paint: { "circle-color": faded(palette.accent, 0.16), "circle-stroke-color": palette.accent, "circle-stroke-width": 1, "circle-radius": ["interpolate", ["exponential", 2], ["zoom"], 0, pixels, 22, pixels * 2 ** 22] } },
    { id: "point", type: "circle", source: "point", paint: { "circle-radius": 7, "circle-color": palette.accent, "circle-stroke-width": 2, "circle-stroke-color": palette.surface } },
    ...nameLayers(ground, palette),
    ...streetLayers(palette),
  ];
}

async function outlines(map: MapLibre, ground: Ground): Promise<void> {
  for (const level of ground.levels) {
    const zones = (await (await send(level.zones)).json()) as FeatureCollection;
    map.getSource<GeoJSONSource>(zoneSource(level.name))?.setData(zones);
    map.getSource<GeoJSONSource>(`names-${level.name}`)?.setData(namesOf(zones));
  }
  map.getSource<GeoJSONSource>("labels")?.setData((await (await send(ground.labels)).json()) as FeatureCollection);
}

export async function startSmallMap(host: HTMLElement, put: (lon: number, lat: number) => void): Promise<SmallMap> {
  const { ground, bounds } = JSON.parse(host.dataset["ground"] ?? "null") as Opening;
  const { Map: MapLibreMap, NavigationControl, setWorkerUrl } = await import("maplibre-gl");
  setWorkerUrl(asset("maplibre-gl-worker.js"));
  let [accuracy, latitude] = [0, (bounds[1] + bounds[3]) / 2];
  const names = Object.fromEntries(ground.levels.map(({ name }) => [`names-${name}`, { type: "geojson" as const, data: NOTHING }]));
  const sources: Record<string, SourceSpecification> = { ...groundSources(ground), ...names, labels: { type: "geojson", data: NOTHING }, point: { type: "geojson", data: NOTHING } };
  const map = new MapLibreMap({
    container: host,
    style: { version: 8, sources, layers: layersOf(ground, readPalette(host), accuracy, latitude) },
    bounds,
    attributionControl: ground.baseMap === null ? false : { compact: true },
    dragRotate: false,
    fadeDuration: 0,
    locale: { "NavigationControl.ZoomIn": t("Zoom in"), "NavigationControl.ZoomOut": t("Zoom out"), "Map.Title": t("Where it happened") },
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.on("click", ({ lngLat }) => put(lngLat.lng, lngLat.lat));
  const loaded = new Promise<void>((done) => void map.once("style.load", () => done()));
  await loaded;
  void outlines(map, ground);
  const paint = (): void => repaint(map, layersOf(ground, readPalette(host), accuracy, latitude));
  onAppearance(paint);
  need("canvas", host).setAttribute("aria-label", t("Where it happened"));
  return {
    show(lon, lat, metres) {
      const features = lon === null || lat === null ? [] : [{ type: "Feature" as const, properties: {}, geometry: { type: "Point" as const, coordinates: [lon, lat] } }];
      map.getSource<GeoJSONSource>("point")?.setData({ type: "FeatureCollection", features });
      if (lon === null || lat === null) return;
      [accuracy, latitude] = [metres ?? 0, lat];
      paint();
      const shown = map.getBounds();
      if (map.getZoom() < CLOSE - 2 || !shown.contains([lon, lat])) map.jumpTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CLOSE) });
    },
    centre() {
      const { lng, lat } = map.getCenter();
      return [lng, lat];
    },
  };
}
