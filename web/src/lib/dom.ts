// Small helpers to make and find elements; text is always text, never markup.

import { asset } from "./assets";

type Child = Node | string | null | undefined;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Make an element; an attribute that is false or undefined is left out, one that is true is empty. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== undefined));
  return made;
}

/** Make an icon of the sprite, hidden from screen readers: what it means is said by the label beside it. */
export function icon(name: string, size: 16 | 20 = 16): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("width", String(size));
  svg.setAttribute("height", String(size));
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${asset("icons.svg")}#${name}`);
  svg.append(use);
  return svg;
}

/** Return the one element that `selector` finds under `root`; its absence is a fault of the page. */
export function need<E extends Element = HTMLElement>(selector: string, root: ParentNode = document): E {
  const found = root.querySelector<E>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

/** Return the value of a cookie, or "". */
export function cookie(name: string): string {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found === undefined ? "" : decodeURIComponent(found.slice(name.length + 1));
}
