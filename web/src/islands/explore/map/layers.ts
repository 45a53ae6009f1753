// The facts on the map: points, heat, hexagons and zones, each a layer that its mode shows.
import type { ExpressionSpecification, LayerSpecification, Map as MapLibre, SourceSpecification } from "maplibre-gl";
import { classColours, faded, type Palette } from "../palette";
import type { Config, Mode } from "../types";
import { zoneSource } from "./basemap";

export const LAYERS_OF: Readonly<Record<Mode, readonly string[]>> = {
  points: ["points"],
  heat: ["heat"],
  hexes: ["hexes"],
  zones: ["zones", "zones-chosen"],
};

export function factSources(tiles: string): Record<string, SourceSpecification> {
  return {
    facts: { type: "vector", tiles: [tiles], minzoom: 4, maxzoom: 16 },
  };
}

const COUNT = ["to-number", ["get", "count"], 1];

/** Return the colour of a value by classes: `breaks` are lower bounds; hidden classes are transparent. */
export function stepColour(value: ExpressionSpecification, breaks: readonly number[], palette: Palette, hidden: ReadonlySet<number>): ExpressionSpecification {
  const colours = classColours(palette, breaks.length);
  const clear = "rgba(0,0,0,0)";
  const steps = breaks.flatMap((bound, index) => [bound, hidden.has(index) ? clear : (colours[index] ?? clear)]);
  return ["step", value, clear, ...steps] as unknown as ExpressionSpecification;
}

/** A dot of several facts carries their mean severity; its size tells how many they are. */
export function pointColour(config: Config, palette: Palette, by: "severity" | "family"): ExpressionSpecification {
  if (by === "severity") {
    const cases = palette.severity.flatMap((colour, index) => [index + 1, colour]);
    return ["match", ["to-number", ["get", "severity"]], ...cases, palette.others] as unknown as ExpressionSpecification;
  }
  const cases = config.families.flatMap(({ code, colour }) => [code, colour === null ? palette.others : (palette.category[colour] ?? palette.others)]);
  return ["match", ["coalesce", ["get", "family"], ""], ...cases, palette.others] as unknown as ExpressionSpecification;
}

/**
 * A dot grows with the logarithm of its count, so that one fact stays visible beside a thousand; all dots are larger
 * when the selection holds few.
 */
export function pointRadius(located: number): ExpressionSpecification {
  const scale = Math.min(2.2, Math.max(1, 3.1 - 0.45 * Math.log10(located)));
  const at = (one: number, more: number): unknown[] => ["*", scale, ["+", one, ["*", more, ["ln", COUNT]]]];
  return ["interpolate", ["exponential", 1.3], ["zoom"], 8, at(1.3, 0.5), 13, at(2.4, 0.8), 17, at(5, 1.4)] as unknown as ExpressionSpecification;
}

/** Heat that neither saturates with a million facts nor fades with a hundred. */
export function heatIntensity(located: number): ExpressionSpecification {
  const base = Math.min(0.9, 12 / Math.sqrt(located));
  return ["interpolate", ["exponential", 1.6], ["zoom"], 9, base, 13, base * 3.5, 17, base * 14] as unknown as ExpressionSpecification;
}

export function factLayers(config: Config, palette: Palette, by: "severity" | "family"): LayerSpecification[] {
  const ramp = palette.ramp;
  return [
    {
      id: "heat",
      type: "heatmap",
      source: "facts",
      "source-layer": "facts",
      layout: { visibility: "none" },
      paint: {
        "heatmap-weight": ["ln", ["+", 1, ["to-number", ["get", "count"], 1]]],
        "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 9, 9, 13, 18, 17, 34],
        "heatmap-opacity": 0.85,
        "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, faded(ramp[0] ?? "", 0), 0.12, faded(ramp[1] ?? "", 0.5), 0.35, ramp[2] ?? "", 0.6, ramp[3] ?? "", 0.82, ramp[4] ?? "", 1, ramp[5] ?? ""],
      },
    },
    {
      id: "points",
      type: "circle",
      source: "facts",
      "source-layer": "facts",
      layout: { visibility: "none", "circle-sort-key": ["to-number", ["get", "severity"], 0] },
      paint: {
        "circle-color": pointColour(config, palette, by),
        "circle-opacity": ["interpolate", ["linear"], ["zoom"], 9, 0.72, 14, 0.85],
        "circle-stroke-color": palette.halo,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0, 13, 0.6, 16, 1.2],
      },
    },
  ];
}

export function hexLayers(palette: Palette): LayerSpecification[] {
  return [
    {
      id: "hexes",
      type: "fill",
      source: "hexes",
      layout: { visibility: "none" },
      paint: { "fill-color": palette.accent, "fill-opacity": 0.82, "fill-outline-color": faded(palette.surface, 0.5) },
    },
  ];
}

export function areaLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: "area-fill", type: "fill", source: "area", paint: { "fill-color": palette.accent, "fill-opacity": 0.07 } },
    { id: "area-line", type: "line", source: "area", paint: { "line-color": palette.accent, "line-width": 2, "line-dasharray": [3, 2] } },
  ];
}

/** The choropleth of one level; its own source is the level's outlines, its counts are feature states. */
export function zoneLayers(level: string, palette: Palette): LayerSpecification[] {
  return [
    { id: "zones", type: "fill", source: zoneSource(level), layout: { visibility: "none" }, paint: { "fill-color": palette.land, "fill-opacity": 0.88, "fill-outline-color": faded(palette.border, 0.5) } },
    { id: "zones-chosen", type: "line", source: zoneSource(level), layout: { visibility: "none" }, paint: { "line-color": palette.accent, "line-width": ["case", ["boolean", ["feature-state", "chosen"], false], 3, ["boolean", ["feature-state", "hovered"], false], 2, 0] } },
  ];
}

export function focusLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: "focus-halo", type: "circle", source: "focus", paint: { "circle-radius": 13, "circle-color": palette.accent, "circle-opacity": 0.18 } },
    { id: "focus", type: "circle", source: "focus", paint: { "circle-radius": 7, "circle-color": palette.surface, "circle-stroke-color": palette.accent, "circle-stroke-width": 3 } },
  ];
}

/** Give layers that exist the paint they have under another palette. */
export function repaint(map: MapLibre, layers: readonly LayerSpecification[]): void {
  for (const layer of layers) {
    if (map.getLayer(layer.id) === undefined) continue;
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name as never, value as never);
  }
}
