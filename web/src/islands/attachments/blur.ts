// The brush that blurs a photograph: painted with a finger, a pen or a mouse, or framed with keys alone. What it shows is
// a likeness: the marks are sent, and the server applies them to the picture that it keeps.
import { need } from "../../lib/dom";
import { t } from "../../lib/words";
import { drawMark, frameOf, Mosaics, type Frame, type Mark, type Point, type Size } from "./mosaic";

const SHOWN_EDGE_PX = 2000; // of the drawn likeness: a telephone's memory holds three of them
const ZOOMS = [1, 1.5, 2, 3, 4, 6];
const STEP = 0.01; // of the picture's longer edge, for each press of an arrow
const POINTS_MAX = 3000;

class Blur {
  private readonly size: Size;
  private readonly scale: number;
  private readonly canvas = document.createElement("canvas");
  private readonly done = document.createElement("canvas");
  private readonly mosaics: Mosaics;
  private readonly ground: HTMLElement;
  private readonly said: HTMLElement;
  private readonly brush: HTMLInputElement;
  private marks: Mark[] = [];
  private undone: Mark[] = [];
  private current: Mark | null = null;
  private from: Point | null = null;
  private tool: "brush" | "frame" = "brush";
  private frame: Frame;
  private zoom = 0;
  private waits = false;
  private readonly fingers = new Map<number, Point>();
  private pinch: { apart: number; zoom: number } | null = null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly picture: HTMLImageElement,
  ) {
    this.size = { width: picture.naturalWidth, height: picture.naturalHeight };
    const edge = Math.max(this.size.width, this.size.height);
    this.scale = Math.min(1, SHOWN_EDGE_PX / edge);
    for (const canvas of [this.canvas, this.done]) {
      canvas.width = Math.max(1, Math.round(this.size.width * this.scale));
      canvas.height = Math.max(1, Math.round(this.size.height * this.scale));
    }
    this.mosaics = new Mosaics(picture, this.size);
    this.frame = { kind: "frame", left: this.size.width * 0.4, top: this.size.height * 0.4, width: this.size.width * 0.2, height: this.size.height * 0.2 };
    this.ground = need(".blur__ground", form);
    this.said = need("[data-said]", form);
    this.brush = need<HTMLInputElement>("#blur-size", form);
    for (const hidden of form.querySelectorAll<HTMLElement>(".blur__tools, #blur-keys, .blur__ground")) hidden.hidden = false;
    this.canvas.className = "blur__canvas";
    this.canvas.setAttribute("aria-hidden", "true");
    this.ground.setAttribute("role", "application");
    this.ground.setAttribute("aria-label", t("Picture: the frame that blurs"));
    this.ground.setAttribute("aria-describedby", "blur-keys");
    this.ground.tabIndex = 0;
    this.ground.append(this.canvas);
    this.listen();
    this.repaint();
    this.fit();
  }

  private listen(): void {
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const) this.canvas.addEventListener(end, (event) => this.up(event));
    this.ground.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      const back = event.key === "z" && !event.shiftKey;
      if (!back && event.key !== "y" && !(event.key.toLowerCase() === "z" && event.shiftKey)) return;
      event.preventDefault();
      if (back) this.undo();
      else this.redo();
    });
    for (const button of this.form.querySelectorAll<HTMLButtonElement>("[data-tool]")) button.addEventListener("click", () => this.take(button.dataset["tool"] === "frame" ? "frame" : "brush"));
    for (const button of this.form.querySelectorAll<HTMLButtonElement>("[data-zoom]")) button.addEventListener("click", () => this.zoomBy(button.dataset["zoom"] === "in" ? 1 : -1));
    this.button("undo").addEventListener("click", () => this.undo());
    this.button("redo").addEventListener("click", () => this.redo());
    this.form.addEventListener("submit", (event) => {
      need<HTMLInputElement>("[name=marks]", this.form).value = JSON.stringify({ marks: this.marks });
      if (this.marks.length > 0) return;
      event.preventDefault();
      delete this.form.dataset["sent"];
      this.tell(t("Nothing is marked yet: paint over what is to be blurred, or frame it."));
      this.ground.focus();
    });
    new ResizeObserver(() => this.fit()).observe(this.ground);
  }

  private button(name: "undo" | "redo"): HTMLButtonElement {
    return need<HTMLButtonElement>(`[data-${name}]`, this.form);
  }

  private tell(text: string): void {
    this.said.textContent = text;
  }

  private take(tool: "brush" | "frame"): void {
    this.tool = tool;
    for (const button of this.form.querySelectorAll<HTMLButtonElement>("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset["tool"] === tool));
    this.paint();
  }

  /** Where the pointer is, in pixels of the picture. */
  private at(event: PointerEvent): Point {
    const shown = this.canvas.getBoundingClientRect();
    const within = (share: number): number => Math.min(1, Math.max(0, share));
    return [within((event.clientX - shown.left) / shown.width) * this.size.width, within((event.clientY - shown.top) / shown.height) * this.size.height];
  }

  private get radius(): number {
    return (Number(this.brush.value) / 200) * Math.max(this.size.width, this.size.height);
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.fingers.size > 1) { // two fingers look closer, they do not paint
      this.current = this.from = null;
      this.pinch = { apart: this.apart(), zoom: this.zoom };
      this.paint();
      return;
    }
    event.preventDefault();
    this.ground.focus({ preventScroll: true });
    this.from = this.at(event);
    this.current = this.tool === "brush" ? { kind: "stroke", radius: this.radius, points: [this.from] } : frameOf(this.from, this.from);
    this.paint();
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (before === undefined) return;
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.pinch !== null) {
      this.ground.scrollBy((before[0] - event.clientX) / 2, (before[1] - event.clientY) / 2);
      const wanted = (ZOOMS[this.pinch.zoom] ?? 1) * (this.apart() / this.pinch.apart);
      this.setZoom(ZOOMS.findLastIndex((zoom) => zoom <= Math.max(1, wanted)));
      return;
    }
    if (this.current === null || this.from === null) return;
    const to = this.at(event);
    if (this.current.kind === "frame") this.current = frameOf(this.from, to);
    else {
      const [x, y] = this.current.points.at(-1) ?? this.from;
      const isNear = Math.hypot(to[0] - x, to[1] - y) < this.current.radius / 4;
      if (isNear || this.current.points.length >= POINTS_MAX) return;
      this.current = { ...this.current, points: [...this.current.points, to] };
    }
    this.soon();
  }

  private up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    if (this.pinch !== null) {
      if (this.fingers.size === 0) this.pinch = null;
      return;
    }
    const made = this.current;
    this.current = this.from = null;
    if (made === null || event.type === "pointercancel" || (made.kind === "frame" && Math.min(made.width, made.height) < 2)) {
      this.paint();
      return;
    }
    if (made.kind === "frame") this.frame = made;
    this.add(made);
  }

  private apart(): number {
    const [one, other] = [...this.fingers.values()];
    return one === undefined || other === undefined ? 1 : Math.max(1, Math.hypot(one[0] - other[0], one[1] - other[1]));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[event.key];
    if (way !== undefined) this.nudge(way, event.shiftKey);
    else if (event.key === "Enter" || event.key === " ") {
      if (this.tool === "brush") this.take("frame");
      else this.add({ ...this.frame });
    } else if (event.key === "+" || event.key === "-") this.zoomBy(event.key === "+" ? 1 : -1);
    else return;
    event.preventDefault();
  }

  private nudge([x, y]: [number, number], resizes: boolean): void {
    if (this.tool === "brush") this.take("frame");
    const step = STEP * Math.max(this.size.width, this.size.height);
    const { left, top, width, height } = this.frame;
    const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
    this.frame = resizes
      ? { ...this.frame, width: within(width + x * step, step, this.size.width - left), height: within(height + y * step, step, this.size.height - top) }
      : { ...this.frame, left: within(left + x * step, 0, this.size.width - width), top: within(top + y * step, 0, this.size.height - height) };
    const share = (value: number, whole: number): number => Math.round((value / whole) * 100);
    const { frame, size } = this;
    this.tell(t("Frame: %(left)s %% from the left, %(top)s %% from the top, %(width)s %% wide, %(height)s %% high.", { left: share(frame.left, size.width), top: share(frame.top, size.height), width: share(frame.width, size.width), height: share(frame.height, size.height) }).replaceAll("%%", "%"));
    this.paint();
    this.reveal();
  }

  private add(mark: Mark): void {
    this.marks.push(mark);
    this.undone = [];
    drawMark(this.context(this.done), mark, this.scale, this.mosaics);
    this.changed();
  }

  private undo(): void {
    const mark = this.marks.pop();
    if (mark === undefined) return;
    this.undone.push(mark);
    this.repaint();
    this.changed();
  }

  private redo(): void {
    const mark = this.undone.pop();
    if (mark === undefined) return;
    this.marks.push(mark);
    drawMark(this.context(this.done), mark, this.scale, this.mosaics);
    this.changed();
  }

  private changed(): void {
    this.button("undo").disabled = this.marks.length === 0;
    this.button("redo").disabled = this.undone.length === 0;
    this.tell(t("Places marked to be blurred: %(count)s. Nothing is saved yet.", { count: this.marks.length }));
    this.paint();
  }

  private context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas to draw on");
    return context;
  }

  /** Draw what is marked from the beginning. */
  private repaint(): void {
    const context = this.context(this.done);
    context.drawImage(this.picture, 0, 0, this.done.width, this.done.height);
    for (const mark of this.marks) drawMark(context, mark, this.scale, this.mosaics);
    this.paint();
  }

  private soon(): void {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => {
      this.waits = false;
      this.paint();
    });
  }

  private paint(): void {
    const context = this.context(this.canvas);
    context.drawImage(this.done, 0, 0);
    if (this.current !== null) drawMark(context, this.current, this.scale, this.mosaics);
    if (this.tool !== "frame") return;
    const { left, top, width, height } = this.current?.kind === "frame" ? this.current : this.frame;
    const line = Math.max(2, this.canvas.width / 400);
    for (const [colour, dash] of [["#000", []], ["#fff", [line * 3, line * 3]]] as const) { // seen on any picture
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.setLineDash([...dash]);
      context.strokeRect(left * this.scale, top * this.scale, width * this.scale, height * this.scale);
    }
    context.setLineDash([]);
  }

  /** Size the picture to its place, times the zoom. */
  private fit(): void {
    const { clientWidth } = this.ground;
    if (clientWidth === 0) return;
    const most = window.innerHeight * 0.7;
    const whole = Math.min(clientWidth / this.size.width, most / this.size.height);
    this.canvas.style.width = `${Math.floor(this.size.width * whole * (ZOOMS[this.zoom] ?? 1))}px`;
  }

  private zoomBy(step: number): void {
    this.setZoom(Math.min(ZOOMS.length - 1, Math.max(0, this.zoom + step)));
    this.reveal();
  }

  private setZoom(zoom: number): void {
    if (zoom === this.zoom || zoom < 0) return;
    const before = ZOOMS[this.zoom] ?? 1;
    const middle = [this.ground.scrollLeft + this.ground.clientWidth / 2, this.ground.scrollTop + this.ground.clientHeight / 2] as const;
    this.zoom = zoom;
    this.fit();
    const share = (ZOOMS[zoom] ?? 1) / before;
    this.ground.scrollTo(middle[0] * share - this.ground.clientWidth / 2, middle[1] * share - this.ground.clientHeight / 2);
  }

  /** Bring the frame into what is shown. */
  private reveal(): void {
    if (this.tool !== "frame") return;
    const share = this.canvas.clientWidth / this.size.width;
    const { left, top, width, height } = this.frame;
    const x = (left + width / 2) * share - this.ground.clientWidth / 2;
    const y = (top + height / 2) * share - this.ground.clientHeight / 2;
    if (this.zoom > 0) this.ground.scrollTo(x, y);
  }
}

export default async function start(host: HTMLElement): Promise<void> {
  const form = host as HTMLFormElement;
  const picture = new Image();
  picture.src = form.dataset["picture"] ?? "";
  try {
    await picture.decode();
  } catch {
    need("[data-said]", form).textContent = t("The picture cannot be shown. Reload the page; if it stays so, tell whoever runs the portal.");
    return;
  }
  new Blur(form, picture);
}
