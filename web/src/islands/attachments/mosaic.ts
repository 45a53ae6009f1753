// Marks and their mosaic, as the server makes them (quietude.portal.attachments.blurring): a few squares of one colour.
export type Point = readonly [number, number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Frame {
  readonly kind: "frame";
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Stroke {
  readonly kind: "stroke";
  readonly radius: number;
  readonly points: readonly Point[];
}

/** In pixels of the picture. */
export type Mark = Frame | Stroke;

const SQUARES = 3;
const EDGE_SQUARES = 64;
const SQUARE_MIN_PX = 16;
const LEVELS_MASK = 0xe0;
const LEVELS_MIDDLE = 0x10;

export function frameOf(from: Point, to: Point): Frame {
  return { kind: "frame", left: Math.min(from[0], to[0]), top: Math.min(from[1], to[1]), width: Math.max(1, Math.abs(from[0] - to[0])), height: Math.max(1, Math.abs(from[1] - to[1])) };
}

function square(mark: Mark, { width, height }: Size): number {
  const across = mark.kind === "frame" ? Math.min(mark.width, mark.height) : 2 * mark.radius;
  const wanted = Math.max(SQUARE_MIN_PX, Math.max(width, height) / EDGE_SQUARES, across / SQUARES);
  const step = 2 ** Math.max(0, Math.floor(Math.log2(wanted)) - 2);
  return Math.ceil(wanted / step) * step;
}

/** The whole picture in squares, made once for each size of square. */
export class Mosaics {
  private readonly made = new Map<number, HTMLCanvasElement>();

  constructor(
    private readonly picture: CanvasImageSource,
    readonly size: Size,
  ) {}

  of(mark: Mark): HTMLCanvasElement {
    const side = square(mark, this.size);
    const known = this.made.get(side);
    if (known !== undefined) return known;
    const small = document.createElement("canvas");
    small.width = Math.max(1, Math.ceil(this.size.width / side));
    small.height = Math.max(1, Math.ceil(this.size.height / side));
    const context = small.getContext("2d", { willReadFrequently: true });
    if (context !== null) {
      context.imageSmoothingQuality = "high";
      context.drawImage(this.picture, 0, 0, small.width, small.height);
      const points = context.getImageData(0, 0, small.width, small.height);
      points.data.forEach((value, index) => (points.data[index] = index % 4 === 3 ? 255 : (value & LEVELS_MASK) | LEVELS_MIDDLE));
      context.putImageData(points, 0, 0);
    }
    this.made.set(side, small);
    return small;
  }
}

let layer: HTMLCanvasElement | undefined;

/** Draw a mark on a canvas whose pixels are `scale` of the picture's. */
export function drawMark(on: CanvasRenderingContext2D, mark: Mark, scale: number, mosaics: Mosaics): void {
  const { width, height } = on.canvas;
  layer ??= document.createElement("canvas");
  layer.width = width; // empties it too
  layer.height = height;
  const shape = layer.getContext("2d");
  if (shape === null) return;
  if (mark.kind === "frame") shape.fillRect(mark.left * scale, mark.top * scale, mark.width * scale, mark.height * scale);
  else {
    shape.lineWidth = 2 * mark.radius * scale;
    shape.lineCap = shape.lineJoin = "round";
    shape.beginPath();
    for (const [index, [x, y]] of mark.points.entries()) {
      if (index === 0) shape.moveTo(x * scale, y * scale);
      shape.lineTo(x * scale, y * scale);
    }
    shape.stroke();
  }
  shape.globalCompositeOperation = "source-in";
  shape.imageSmoothingEnabled = false;
  shape.drawImage(mosaics.of(mark), 0, 0, width, height);
  on.drawImage(layer, 0, 0);
}
