// Panes that the reader sizes, by pointer or keys, and that remember their size on this device.
import { need } from "../../lib/dom";

export interface Pane {
  /** Custom property on the page's root that holds the size. */
  readonly property: string;
  readonly least: number;
  readonly most: number;
  readonly initial: number;
  /** Size in the property's unit at a point of the page. */
  readonly at: (event: PointerEvent, bounds: DOMRect) => number;
  readonly unit: string;
  readonly step: number;
  readonly grows: "ArrowRight" | "ArrowLeft" | "ArrowDown";
  readonly shrinks: "ArrowLeft" | "ArrowRight" | "ArrowUp";
}

const PANES: Readonly<Record<string, Pane>> = {
  list: { property: "--list-share", least: 22, most: 70, initial: 40, unit: "%", step: 2, grows: "ArrowRight", shrinks: "ArrowLeft", at: (event, bounds) => ((event.clientX - bounds.left) / bounds.width) * 100 },
  timeline: { property: "--timeline-height", least: 72, most: 360, initial: 132, unit: "px", step: 12, grows: "ArrowDown", shrinks: "ArrowUp", at: (event, bounds) => event.clientY - bounds.top },
};

function remembered(store: string): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(store) ?? "{}") as Record<string, number>;
  } catch {
    return {};
  }
}

/** Make the separators of `root` work; `onResized` is called after each change of size. Sizes are kept under `store`. */
export function startPanes(root: HTMLElement, onResized: () => void, panes: Readonly<Record<string, Pane>> = PANES, store = "explore.panes"): void {
  const sizes = remembered(store);
  for (const [name, pane] of Object.entries(panes)) {
    const separator = need(`[data-resizes="${name}"]`, root);
    const box = need(`[data-pane-box~="${name}"]`, root);
    const set = (size: number, keep: boolean): void => {
      const within = Math.round(Math.min(pane.most, Math.max(pane.least, size)));
      root.style.setProperty(pane.property, `${within}${pane.unit}`);
      separator.setAttribute("aria-valuenow", String(within));
      if (!keep) return;
      sizes[name] = within;
      localStorage.setItem(store, JSON.stringify(sizes));
      onResized();
    };
    const now = (): number => Number(separator.getAttribute("aria-valuenow"));
    set(sizes[name] ?? pane.initial, false);
    separator.addEventListener("pointerdown", (event) => {
      separator.setPointerCapture(event.pointerId);
      const bounds = box.getBoundingClientRect();
      const move = (moved: PointerEvent): void => {
        set(pane.at(moved, bounds), false);
        onResized();
      };
      separator.addEventListener("pointermove", move);
      separator.addEventListener("lostpointercapture", () => {
        separator.removeEventListener("pointermove", move);
        set(now(), true);
      }, { once: true });
    });
    separator.addEventListener("dblclick", () => set(pane.initial, true));
    separator.addEventListener("keydown", (event) => {
      const step = { [pane.grows]: pane.step, [pane.shrinks]: -pane.step, Home: -Infinity, End: Infinity }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      set(now() + step, true);
    });
  }
}

/** On narrow screens one pane shows at a time; the buttons choose which. */
export function startTabs(root: HTMLElement, onResized: () => void): void {
  const buttons = [...root.querySelectorAll<HTMLButtonElement>("[data-shows]")];
  const show = (name: string): void => {
    root.dataset["tab"] = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset["shows"] === name));
    onResized();
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset["shows"] ?? "list"));
}
