// The tokens of the design, for what draws on a canvas (maps, charts), and when they change.

/** Return the value of a token of the design, such as token("--accent"), in the page's present theme. */
export function token(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Return a colour token as "rgb(…)", for libraries that do not read OKLCH. */
export function colour(name: `--${string}`): string {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return "rgb(128, 128, 128)";
  context.fillStyle = token(name);
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 255] = context.getImageData(0, 0, 1, 1).data;
  return alpha === 255 ? `rgb(${red}, ${green}, ${blue})` : `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}

/** Tell whether the page is dark now, by choice or by the device. */
export function isDark(): boolean {
  return getComputedStyle(document.documentElement).colorScheme === "dark";
}

/** Tell whether people asked for less motion. */
export function isStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Call `redraw` whenever theme or density change, by choice or by the device. */
export function onAppearance(redraw: () => void): void {
  document.addEventListener("quietude:appearance", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
