// Night mode by one tap: the dark theme, and back to the light one. The menu of appearances has the same choice, and "as the device says".
import { isDark, onAppearance } from "../lib/appearance";
import { keepChoice } from "../lib/shell";

export default function start(host: HTMLElement): void {
  const show = (): void => host.setAttribute("aria-pressed", String(isDark()));
  host.addEventListener("click", () => keepChoice("theme", isDark() ? "light" : "dark"));
  onAppearance(show);
  show();
}
