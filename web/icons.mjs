// The icons of the installed portal, drawn as PNG from src/favicon.svg: circles and paths of curves, strokes and flat fills.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { crc32, deflateSync } from "node:zlib";

const SIDE = 24; // of the drawing's own square
const STEPS = 24; // points of a curve
/** Name to side in pixels, and how much of the square the drawing fills: a mask may cut all but a circle of 80 %. */
const ICONS = { "icon-192.png": [192, 1], "icon-512.png": [512, 1], "icon-maskable-512.png": [512, 0.72], "icon-touch-180.png": [180, 0.86] };
const GROUND = [234, 245, 251]; // of the circle: behind a drawing that does not fill its square

/** Draw every icon into a folder; return plain names to the names of the files. */
export async function drawIcons(drawing, folder) {
  const shapes = shapesOf(await readFile(drawing, "utf8"));
  const files = {};
  for (const [name, [side, fills]] of Object.entries(ICONS)) {
    const png = encode(draw(shapes, side, fills), side);
    const [stem, extension] = [path.parse(name).name, path.extname(name)];
    files[name] = `${stem}-${createHash("sha256").update(png).digest("hex").slice(0, 8).toUpperCase()}${extension}`;
    await writeFile(path.join(folder, files[name]), png);
  }
  return files;
}

function attribute(tag, name) {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

function colour(text) {
  const hex = /^#([0-9a-f]{6})$/i.exec(text ?? "")?.[1];
  return hex === undefined ? null : [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function shapesOf(svg) {
  const root = /<svg[^>]*>/.exec(svg)[0];
  const [stroke, width] = [colour(attribute(root, "stroke")), Number(attribute(root, "stroke-width"))];
  return [...svg.matchAll(/<(circle|path)[^>]*>/g)].map(([tag, kind]) => {
    const common = { stroke, width, opacity: Number(attribute(tag, "opacity") ?? 1), fill: colour(attribute(tag, "fill")) };
    if (kind === "circle") return { ...common, circle: ["cx", "cy", "r"].map((name) => Number(attribute(tag, name))) };
    const points = pointsOf(attribute(tag, "d"));
    const [xs, ys] = [0, 1].map((axis) => points.map((point) => point[axis]));
    return { ...common, points, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
  });
}

/** Points along a path of the commands M, c and s. */
function pointsOf(text) {
  const points = [];
  let [x, y, lastX, lastY] = [0, 0, 0, 0];
  for (const [, command, rest] of text.matchAll(/([Mcs])([^Mcs]*)/g)) {
    const values = [...rest.matchAll(/-?\d*\.?\d+/g)].map(Number);
    if (command === "M") {
      [x, y] = values;
      points.push([x, y]);
      continue;
    }
    const [ax, ay, bx, by, ex, ey] = command === "c" ? values : [x - lastX, y - lastY, ...values];
    for (let step = 1; step <= STEPS; step++) {
      const [u, v] = [step / STEPS, 1 - step / STEPS];
      const at = (a, b, e) => 3 * v * v * u * a + 3 * v * u * u * b + u * u * u * e;
      points.push([x + at(ax, bx, ex), y + at(ay, by, ey)]);
    }
    [lastX, lastY] = [x + bx, y + by];
    [x, y] = [x + ex, y + ey];
  }
  return points;
}

function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

function over(pixel, [red, green, blue], alpha) {
  const rest = pixel[3] * (1 - alpha);
  const total = alpha + rest;
  return total === 0 ? pixel : [...[red, green, blue].map((value, band) => (value * alpha + pixel[band] * rest) / total), total];
}

/** How much of a pixel lies inside an edge, from its centre's distance to it: negative inside. */
function covered(away, pixel) {
  return Math.max(0, Math.min(1, 0.5 - away / pixel));
}

/** Distance to a path; only points near enough to matter are measured. */
function fromPath({ points, box, width }, [x, y]) {
  if (x < box[0] - width || x > box[2] + width || y < box[1] - width || y > box[3] + width) return Infinity;
  let least = Infinity;
  for (let index = 1; index < points.length; index++) least = Math.min(least, distance([x, y], points[index - 1], points[index]));
  return least;
}

function colourAt(shapes, point, pixel, ground) {
  let found = ground;
  for (const shape of shapes) {
    const { circle, fill, stroke, width, opacity } = shape;
    if (circle === undefined) {
      found = over(found, stroke, opacity * covered(fromPath(shape, point) - width / 2, pixel));
      continue;
    }
    const beyond = Math.hypot(point[0] - circle[0], point[1] - circle[1]) - circle[2];
    if (fill !== null) found = over(found, fill, opacity * covered(beyond, pixel));
    found = over(found, stroke, opacity * covered(Math.abs(beyond) - width / 2, pixel));
  }
  return found;
}

function draw(shapes, side, fills) {
  const ground = fills < 1 ? [...GROUND, 1] : [0, 0, 0, 0];
  const pixels = Buffer.alloc(side * side * 4);
  const pixel = SIDE / fills / side;
  const at = (index) => ((index + 0.5) / side - 0.5) * (SIDE / fills) + SIDE / 2;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [red, green, blue, alpha] = colourAt(shapes, [at(column), at(row)], pixel, ground);
      pixels.set([red, green, blue, 255 * alpha].map(Math.round), (row * side + column) * 4);
    }
  }
  return pixels;
}

function encode(pixels, side) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name, "ascii"), data]);
    const ends = [Buffer.alloc(4), Buffer.alloc(4)];
    ends[0].writeUInt32BE(data.length);
    ends[1].writeUInt32BE(crc32(body));
    return Buffer.concat([ends[0], body, ends[1]]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits a band, red green blue alpha
  const lines = Buffer.alloc(side * (side * 4 + 1));
  for (let row = 0; row < side; row++) pixels.copy(lines, row * (side * 4 + 1) + 1, row * side * 4, (row + 1) * side * 4);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(lines, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
