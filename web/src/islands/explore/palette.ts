// Colours of the design as numbers: maps and charts paint on canvases, which do not read custom properties.

export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly accent: string;
  readonly around: string;
  /** From light to dark: little to much. */
  readonly ramp: readonly string[];
  readonly severity: readonly string[];
  readonly category: readonly string[];
  readonly others: string;
  readonly land: string;
  readonly sea: string;
  readonly outside: string;
  readonly border: string;
  readonly street: string;
  readonly label: string;
  readonly halo: string;
  readonly isDark: boolean;
}

const RAMP = 6;

/** Read the palette as the page shows it now; call again when the theme changes. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement("i");
  probe.hidden = true;
  host.append(probe);
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (canvas === null) throw new Error("this browser draws no canvas");
  canvas.canvas.width = canvas.canvas.height = 1;
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return `rgba(${red ?? 0},${green ?? 0},${blue ?? 0},${((alpha ?? 255) / 255).toFixed(3)})`;
  };
  const several = (name: string, from: number, count: number): string[] => Array.from({ length: count }, (_, index) => read(`${name}-${from + index}`));
  const palette: Palette = {
    text: read("--text"),
    muted: read("--text-soft"),
    line: read("--border"),
    surface: read("--surface"),
    accent: read("--accent"),
    around: read("--explore-around"),
    ramp: several("--seq", 1, RAMP),
    severity: several("--severity", 1, 5),
    category: several("--category", 0, 8),
    others: read("--category-other"),
    land: read("--map-land"),
    sea: read("--map-sea"),
    outside: read("--map-outside"),
    border: read("--map-line"),
    street: read("--map-street"),
    label: read("--map-label"),
    halo: read("--map-land"),
    isDark: getComputedStyle(host).colorScheme.includes("dark"),
  };
  probe.remove();
  return palette;
}

/** Return the ramp's colours for so many classes, spread over its whole length. */
export function classColours(palette: Palette, classes: number): string[] {
  if (classes <= 1) return [palette.ramp[RAMP - 2] ?? palette.accent].slice(0, classes);
  return Array.from({ length: classes }, (_, index) => palette.ramp[1 + Math.round((index * (RAMP - 2)) / (classes - 1))] ?? palette.accent);
}

/** Return `colour`, an rgba() as `readPalette` makes them, with another alpha. */
export function faded(colour: string, alpha: number): string {
  return colour.replace(/,[\d.]+\)$/, `,${alpha})`);
}
