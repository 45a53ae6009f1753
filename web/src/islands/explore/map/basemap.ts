// The ground under the facts: the operator's tiles where there are some, else the town's own zones, streets and
// places. Text is drawn by the browser with the page's font: no glyph server is asked (the style names no `glyphs`).
import type { FeatureCollection } from "geojson";
import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "../palette";
import type { Level } from "../types";

/** What the ground is drawn from; the page's Config has it, and so has the small map of one fact. */
export interface Ground {
  readonly levels: readonly Pick<Level, "name" | "zones">[];
  readonly context: string | null;
  readonly baseMap: { readonly url: string; readonly attribution: string } | null;
  readonly labels: string;
}

export const FONT = ["Inter Variable", "sans-serif"];
export const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Zooms at which names appear: zones by the size they have on screen, streets when they are far enough apart. */
const STREETS_FROM = 14.2;
const PLACES_FROM = 12.6;

export function zoneSource(level: string): string {
  return `zones-${level}`;
}

function isVector(url: string): boolean {
  return /\.(pbf|mvt)(\?|$)/.test(url);
}

/** The operator's vector tiles, drawn by the OpenMapTiles names of layers, which IGN and most providers can serve. */
function vectorLayers(palette: Palette): LayerSpecification[] {
  const base = { source: "base" } as const;
  return [
    { ...base, id: "base-water", type: "fill", "source-layer": "water", paint: { "fill-color": palette.sea } },
    { ...base, id: "base-building", type: "fill", "source-layer": "building", minzoom: 14, paint: { "fill-color": palette.street, "fill-opacity": 0.6 } },
    { ...base, id: "base-street", type: "line", "source-layer": "transportation", paint: { "line-color": palette.street, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 10, 0.5, 16, 6] } },
    { ...base, id: "base-name", type: "symbol", "source-layer": "transportation_name", minzoom: 14, layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 11 }, paint: { "text-color": palette.label, "text-halo-color": palette.halo, "text-halo-width": 1.2 } },
  ];
}

function labelLayer(id: string, source: string, palette: Palette, options: { minzoom?: number; maxzoom?: number; size: number; strong?: boolean; kinds?: string[] }): LayerSpecification {
  return {
    id,
    type: "symbol",
    source,
    ...(options.minzoom === undefined ? {} : { minzoom: options.minzoom }),
    ...(options.maxzoom === undefined ? {} : { maxzoom: options.maxzoom }),
    ...(options.kinds === undefined ? {} : { filter: ["in", ["get", "kind"], ["literal", options.kinds]] }),
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": options.size, "text-max-width": 8, "text-padding": 4, "text-letter-spacing": options.strong === true ? 0.02 : 0 },
    paint: { "text-color": palette.label, "text-halo-color": palette.halo, "text-halo-width": 1.4, "text-opacity": options.strong === true ? 1 : 0.86 },
  };
}

/** Colours and text of the ground for one palette; facts are drawn between `groundLayers` and `nameLayers`. */
export function groundLayers(config: Omit<Ground, "labels">, palette: Palette): LayerSpecification[] {
  const land = config.levels[0]?.name ?? "";
  const layers: LayerSpecification[] = [{ id: "sea", type: "background", paint: { "background-color": config.context === null ? palette.outside : palette.sea } }];
  if (config.context !== null) layers.push({ id: "context", type: "fill", source: "context", paint: { "fill-color": palette.outside, "fill-outline-color": palette.border } });
  if (config.baseMap !== null) {
    if (isVector(config.baseMap.url)) layers.push(...vectorLayers(palette));
    else layers.push({ id: "base", type: "raster", source: "base", paint: palette.isDark ? { "raster-brightness-max": 0.45, "raster-saturation": -0.6, "raster-contrast": 0.1 } : { "raster-saturation": -0.35, "raster-opacity": 0.9 } });
  } else if (config.levels.length > 0) layers.push({ id: "land", type: "fill", source: zoneSource(land), paint: { "fill-color": palette.land, "fill-antialias": true } });
  config.levels.forEach(({ name }, depth) => {
    const isFinest = depth === config.levels.length - 1 && depth > 0;
    layers.push({
      id: `border-${name}`,
      type: "line",
      source: zoneSource(name),
      ...(isFinest ? { minzoom: 11.4 } : {}),
      paint: { "line-color": palette.border, "line-opacity": isFinest ? 0.55 : 0.9, "line-width": ["interpolate", ["linear"], ["zoom"], 9, isFinest ? 0.4 : 0.8, 15, isFinest ? 1 : 2] },
    });
  });
  return layers;
}

export function nameLayers(config: Omit<Ground, "labels">, palette: Palette): LayerSpecification[] {
  const several = config.levels.length > 1;
  const zones = config.levels.map(({ name }, depth) => {
    const isFinest = several && depth === config.levels.length - 1;
    return labelLayer(`name-${name}`, `names-${name}`, palette, isFinest ? { minzoom: 12, maxzoom: 16, size: 11 } : { minzoom: 9.5, ...(several ? { maxzoom: 12 } : {}), size: 12, strong: true });
  });
  return zones;
}

/** Streets and places: laid once everything else is drawn. */
export function streetLayers(palette: Palette): LayerSpecification[] {
  return [
    labelLayer("name-streets", "labels", palette, { minzoom: STREETS_FROM, size: 11, kinds: ["street"] }),
    labelLayer("name-places", "labels", palette, { minzoom: PLACES_FROM, size: 11, kinds: ["place"] }),
  ];
}

export function groundSources(config: Omit<Ground, "labels">): Record<string, SourceSpecification> {
  const sources: Record<string, SourceSpecification> = {};
  if (config.context !== null) sources["context"] = { type: "geojson", data: config.context };
  if (config.baseMap !== null) {
    const tiles = [config.baseMap.url];
    const { attribution } = config.baseMap;
    sources["base"] = isVector(config.baseMap.url) ? { type: "vector", tiles, attribution } : { type: "raster", tiles, tileSize: 256, attribution };
  }
  for (const { name } of config.levels) {
    sources[zoneSource(name)] = { type: "geojson", data: NOTHING, promoteId: "code", tolerance: 0.2 };
  }
  return sources;
}

export function groundStyle(config: Omit<Ground, "labels">, palette: Palette): StyleSpecification {
  return { version: 8, sources: groundSources(config), layers: [...groundLayers(config, palette)] };
}

/** The names of zones, at the point inside each that the server chose. */
export function namesOf(zones: FeatureCollection): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: zones.features.map((zone) => ({
      type: "Feature",
      properties: { name: zone.properties?.["name"] as string },
      geometry: { type: "Point", coordinates: [Number(zone.properties?.["lon"]), Number(zone.properties?.["lat"])] },
    })),
  };
}
