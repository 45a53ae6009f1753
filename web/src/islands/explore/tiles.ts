// Asks for the first tiles while the map's code is still on its way: the browser's cache has them when the map asks.
import type { Answer, Config } from "./types";

const TILE_PX = 512;
const PADDING_PX = 12; // as the map leaves when it fits bounds
const MOST_TILES = 12; // more cannot be on a screen at the zoom that fits the town

type Degrees = readonly [number, number, number, number];

/** Web Mercator: longitude and latitude to 0..1 from the north-west corner of the world. */
export function mercator(lonDeg: number, latDeg: number): [number, number] {
  const latitude = (latDeg * Math.PI) / 180;
  return [(lonDeg + 180) / 360, (1 - Math.log(Math.tan(latitude) + 1 / Math.cos(latitude)) / Math.PI) / 2];
}

/** The tiles that a map of this size shows when it fits these bounds, as z/x/y. */
export function tilesOf([west, south, east, north]: Degrees, width: number, height: number): string[] {
  const [left, top] = mercator(west, north);
  const [right, bottom] = mercator(east, south);
  const scale = Math.min((width - 2 * PADDING_PX) / (right - left), (height - 2 * PADDING_PX) / (bottom - top));
  return tilesAround([(left + right) / 2, (top + bottom) / 2], Math.log2(scale / TILE_PX), width, height);
}

/** The tiles around a centre (0..1) at a zoom. */
export function tilesAround([x, y]: readonly [number, number], zoom: number, width: number, height: number): string[] {
  const z = Math.max(0, Math.floor(zoom));
  const side = TILE_PX * 2 ** (zoom - z);
  const across = (centre: number, length: number): number[] => {
    const first = Math.floor(centre * 2 ** z - length / 2 / side);
    const last = Math.floor(centre * 2 ** z + length / 2 / side);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((place) => place >= 0 && place < 2 ** z);
  };
  return across(x, width).flatMap((column) => across(y, height).map((row) => `${z}/${column}/${row}`));
}

export function fetchTiles(answer: Answer, config: Config, host: HTMLElement): void {
  if (answer.map.mode !== "points" && answer.map.mode !== "heat") return;
  const { clientWidth: width, clientHeight: height } = host;
  if (width === 0 || height === 0) return;
  const at = answer.map.at;
  const tiles = at === null ? tilesOf(answer.bounds ?? config.bounds, width, height) : tilesAround(mercator(at[1], at[0]), at[2], width, height);
  for (const tile of tiles.slice(0, MOST_TILES)) void fetch(answer.tiles.replace("{z}/{x}/{y}", tile), { priority: "low" }).then((answer) => answer.arrayBuffer(), () => undefined);
}
