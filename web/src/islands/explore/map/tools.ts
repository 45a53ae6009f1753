// Drawing on the map: a box or a free outline, by pointer; what is drawn becomes a condition of the filter.
import type { Map as MapLibre } from "maplibre-gl";

export type Tool = "box" | "lasso";
type Point = readonly [number, number];

export const CORNERS_MOST = 64; // the filter's own limit (model/filter/question.py)
const STEP_PX = 3;
const LEAST_PX = 8;
const DECIMALS = 5; // a metre

/** Distance of `point` from the line between two others. */
function offLine([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = Math.hypot(bx - ax, by - ay);
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
}

/** Ramer, Douglas and Peucker: drop the corners that change the line by less than `tolerance`. */
export function simplified(line: readonly Point[], tolerance: number): Point[] {
  const [first, last] = [line[0], line.at(-1)];
  if (first === undefined || last === undefined || line.length < 3) return [...line];
  let [far, most] = [0, 0];
  for (let index = 1; index < line.length - 1; index += 1) {
    const away = offLine(line[index] as Point, first, last);
    if (away > most) [far, most] = [index, away];
  }
  if (most <= tolerance) return [first, last];
  return [...simplified(line.slice(0, far + 1), tolerance).slice(0, -1), ...simplified(line.slice(far), tolerance)];
}

/** Return an outline of at most `CORNERS_MOST` corners, as near to the drawn one as that allows. */
export function outline(drawn: readonly Point[]): Point[] {
  let tolerance = 1;
  let corners = simplified(drawn, tolerance);
  while (corners.length > CORNERS_MOST) {
    tolerance *= 1.4;
    corners = simplified(drawn, tolerance);
  }
  return corners;
}

/** Let the hand draw once; resolves to the change of the filter, or null when it was given up. */
export function drawOn(map: MapLibre, tool: Tool, signal: AbortSignal): Promise<string | null> {
  const canvas = map.getCanvasContainer();
  const space = "http://www.w3.org/2000/svg";
  const sheet = document.createElementNS(space, "svg");
  const shape = document.createElementNS(space, tool === "box" ? "rect" : "polygon");
  sheet.setAttribute("class", "map-sheet");
  sheet.append(shape);
  map.getContainer().append(sheet);
  const at = (event: PointerEvent): Point => {
    const bounds = canvas.getBoundingClientRect();
    return [event.clientX - bounds.left, event.clientY - bounds.top];
  };
  const place = (point: Point): string => {
    const { lng, lat } = map.unproject([point[0], point[1]]);
    return `${lng.toFixed(DECIMALS)},${lat.toFixed(DECIMALS)}`;
  };
  return new Promise((resolve) => {
    const drawn: Point[] = [];
    const finish = (change: string | null): void => {
      sheet.remove();
      resolve(change);
    };
    signal.addEventListener("abort", () => finish(null), { once: true });
    sheet.addEventListener("pointerdown", (event) => {
      sheet.setPointerCapture(event.pointerId);
      drawn.splice(0, drawn.length, at(event));
    });
    sheet.addEventListener("pointermove", (event) => {
      const last = drawn.at(-1);
      const point = at(event);
      if (last === undefined || Math.hypot(point[0] - last[0], point[1] - last[1]) < STEP_PX) return;
      drawn.push(point);
      show(shape, tool, drawn);
    });
    sheet.addEventListener("pointerup", () => finish(changeOf(tool, drawn, place)));
    sheet.addEventListener("pointercancel", () => finish(null));
  });
}

function show(shape: SVGElement, tool: Tool, drawn: readonly Point[]): void {
  if (tool === "lasso") {
    shape.setAttribute("points", drawn.map((point) => point.join(",")).join(" "));
    return;
  }
  const { west, north, width, height } = frame(drawn);
  for (const [name, value] of Object.entries({ x: west, y: north, width, height })) shape.setAttribute(name, String(value));
}

function frame(drawn: readonly Point[]): { west: number; north: number; width: number; height: number } {
  const [from, to] = [drawn[0] ?? [0, 0], drawn.at(-1) ?? [0, 0]];
  return { west: Math.min(from[0], to[0]), north: Math.min(from[1], to[1]), width: Math.abs(to[0] - from[0]), height: Math.abs(to[1] - from[1]) };
}

function changeOf(tool: Tool, drawn: readonly Point[], place: (point: Point) => string): string | null {
  if (tool === "box") {
    const { west, north, width, height } = frame(drawn);
    if (width < LEAST_PX || height < LEAST_PX) return null;
    return `box:${place([west, north + height])},${place([west + width, north])}`;
  }
  const corners = outline(drawn);
  const across = Math.max(...drawn.map(([x]) => x)) - Math.min(...drawn.map(([x]) => x));
  if (corners.length < 3 || across < LEAST_PX) return null;
  return `outline:${corners.map(place).join(";")}`;
}
