// Categories without network: the whole list was kept, and is searched here by the beginnings of words.
import { wordsOf } from "../../lib/offline/addresses";
import type { Category } from "./category";

interface Listed extends Category {
  /** The service's own words for it. */
  readonly own: readonly string[];
  /** Its label and other names. */
  readonly names: readonly string[];
}

const OFFERED = 8;
const MARKS = /\p{Diacritic}/gu;
const lists = new Map<string, Promise<readonly Listed[]>>();

/** Words without case, accents and marks. */
export function folded(text: string): string {
  return text.normalize("NFD").replaceAll(MARKS, "").toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

async function list(logbook: string): Promise<readonly Listed[]> {
  const answer = await caches.match(wordsOf(logbook), { ignoreVary: true });
  return answer === undefined ? [] : ((await answer.json()) as { categories: readonly Listed[] }).categories;
}

function likeness(name: string, asked: string): number {
  const said = folded(name);
  if (said === asked) return 3;
  if (said.startsWith(asked)) return 2 + asked.length / (said.length + 1);
  return ` ${said}`.includes(` ${asked}`) ? 1 + asked.length / (said.length + 1) : 0;
}

/** Return the likeliest categories of a logbook for what is typed, the service's own words first. */
export async function offeredHere(logbook: string, typed: string): Promise<readonly Category[]> {
  const asked = folded(typed);
  if (asked === "") return [];
  if (!lists.has(logbook)) lists.set(logbook, list(logbook));
  const found = ((await lists.get(logbook)) ?? []).map((category) => {
    const words = category.own.find((word) => folded(word).startsWith(asked)) ?? "";
    const score = words === "" ? Math.max(0, ...category.names.map((name) => likeness(name, asked))) : 4;
    return { category: { ...category, words }, score };
  });
  return found
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.category.code.length - other.category.code.length)
    .slice(0, OFFERED)
    .map(({ category }) => category);
}
