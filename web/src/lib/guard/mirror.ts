// Marks under the words of a textarea. Browsers can't mark text inside one (CSS highlights reach text nodes only), so the
// same text lies behind it, invisible but for its marks, and follows its size and scrolling.

import { element } from "../dom";
import type { Finding } from "./engine";

export interface Mirror {
  /** Draw the marks of this text. */
  show(text: string, findings: readonly Finding[], isKept: (finding: Finding) => boolean): void;
}

/** Put a mirror behind `area`, in a frame around both. */
export function mirror(area: HTMLTextAreaElement): Mirror {
  const words = element("div", { class: "guard__words" });
  const behind = element("div", { class: "guard__mirror", "aria-hidden": "true" }, words);
  const isActive = document.activeElement === area;
  const frame = element("div", { class: "guard__frame" });
  area.replaceWith(frame);
  frame.append(behind, area);
  if (isActive) area.focus({ preventScroll: true }); // moving it took the focus away

  const follow = (): void => {
    words.style.transform = `translateY(${-area.scrollTop}px)`;
    words.style.width = `${area.clientWidth}px`; // without its scrollbar
  };
  area.addEventListener("scroll", follow, { passive: true });
  new ResizeObserver(follow).observe(area);
  return {
    show(text, findings, isKept) {
      const parts: Node[] = [];
      let at = 0;
      for (const finding of findings) {
        parts.push(document.createTextNode(text.slice(at, finding.begin)));
        const kept = isKept(finding) ? " guard__mark--kept" : "";
        parts.push(element("mark", { class: `guard__mark guard__mark--${finding.kind.level}${kept}` }, text.slice(finding.begin, finding.end)));
        at = finding.end;
      }
      parts.push(document.createTextNode(`${text.slice(at)}\u200b`)); // a last empty line has its height
      words.replaceChildren(...parts);
      follow();
    },
  };
}
