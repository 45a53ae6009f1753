// Places without network: those that this account chose last, with their points, then the names of the town's streets and places.
import { PLACES } from "../../lib/offline/addresses";
import { note, noted } from "../../lib/offline/kept";
import { folded } from "./offered";
import type { Place } from "./place";

const LAST = 60; // places of a week of one patrol
const OFFERED = 6;
const NAME = "places";

let names: Promise<readonly string[]> | undefined;

async function known(): Promise<readonly string[]> {
  const answer = await caches.match(PLACES, { ignoreVary: true });
  return answer === undefined ? [] : ((await answer.json()) as { names: readonly string[] }).names;
}

/** Remember a place that was chosen, sealed, for the days without network. */
export async function remember(account: number, place: Place): Promise<void> {
  const before = (await noted<readonly Place[]>(account, NAME).catch(() => null)) ?? [];
  await note(account, NAME, [place, ...before.filter(({ label }) => label !== place.label)].slice(0, LAST)).catch(() => undefined);
}

/** Return places for what is typed: each word begins one of theirs. */
export async function placesHere(account: number, typed: string): Promise<readonly Place[]> {
  const asked = folded(typed.replace(/^\d+(?:\s?(?:bis|ter|quater))?[\s,]+/i, "")).split(" ");
  const isMeant = (label: string): boolean => asked.every((word) => ` ${folded(label)}`.includes(` ${word}`));
  names ??= known();
  const last = ((await noted<readonly Place[]>(account, NAME).catch(() => null)) ?? []).filter(({ label }) => isMeant(label));
  const others = (await names).filter((label) => isMeant(label) && !last.some((place) => place.label === label)).sort((one, other) => one.length - other.length);
  return [...last, ...others.slice(0, OFFERED).map((label): Place => ({ label, zones: [], is_point: false, is_name: true, lon_deg: 0, lat_deg: 0, accuracy_m: 0, located_by: "" }))].slice(0, OFFERED);
}
