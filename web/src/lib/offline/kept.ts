// What is kept for work without network: pages without a word of any entry, as they are; the reader's shift and instructions, sealed.
import { KEPT, PAGES_CACHE } from "./addresses";
import type { Bytes } from "./seal";
import { get, type Named, put, sweep } from "./store";
import { opened, reach, sealed } from "./vault";

interface Offered {
  readonly account: number;
  /** When the session ends at the latest: what is sealed is not shown beyond. */
  readonly until: string;
  readonly addresses: readonly string[];
  readonly parts: readonly Part[];
}

/** A part of a page, as the server wrote it. */
export interface Part {
  readonly name: string;
  readonly title: string;
  readonly html: string;
}

export interface Seen extends Part {
  readonly at: string;
  readonly until: string;
}

const FRESH_MS = 10 * 60_000;
const MARK = "/offline/kept-for/"; // a note in the cache: of whom, when, which build and language

interface Mark {
  readonly account: number;
  readonly at: number;
  readonly edition: string;
  /** Whether the reader's shift or instructions may have changed since they were kept. */
  readonly isTouched?: boolean;
}

async function mark(): Promise<Mark | null> {
  const found = await (await caches.open(PAGES_CACHE)).match(MARK);
  return found === undefined ? null : ((await found.json()) as Mark);
}

/**
 * Fetch anew what is kept for an account, unless it is fresh; what was kept for another account goes first.
 * Where the reader's shift or its instructions may just have changed, these are fetched in any case.
 */
export async function keep(account: number, edition: string, isShiftTouched = false): Promise<void> {
  const before = await mark();
  if (before !== null && before.account !== account) await forget();
  const isFresh = before?.account === account && before.edition === edition && Date.now() - before.at < FRESH_MS;
  if (isFresh && !isShiftTouched && before.isTouched !== true) return;
  const cache = await caches.open(PAGES_CACHE);
  const say = (said: Mark): Promise<void> => cache.put(MARK, Response.json(said));
  if (isFresh) await say({ ...before, isTouched: true }); // a page that is left too soon leaves the rest to the next one
  const offered = (await (await reach(KEPT)).json()) as Offered;
  if (offered.account !== account) return;
  for (const address of isFresh ? [] : offered.addresses) {
    const page = await reach(address, { headers: { Accept: "text/html, application/json" } });
    if (page.ok) await cache.put(address, page);
  }
  const at = new Date().toISOString();
  for (const part of offered.parts) {
    const hidden = await sealed(account, `seen:${part.name}`, { ...part, at, until: offered.until } satisfies Seen);
    await put("seen", { name: `${account}:${part.name}`, account, sealed: hidden });
  }
  await say({ account, at: isFresh ? before.at : Date.now(), edition });
}

/** Return a part that was kept; null where there is none, or its session is over by now. Throws ClosedError while closed. */
export async function seen(account: number, name: string): Promise<Seen | null> {
  const row = await get<Named>("seen", `${account}:${name}`);
  if (row === undefined) return null;
  const part = await opened<Seen>(account, `seen:${name}`, row.sealed);
  return Date.parse(part.until) > Date.now() ? part : null;
}

/** Remember something small that only its owner reads again, such as the last places. */
export async function note(account: number, name: string, value: unknown): Promise<void> {
  await put("seen", { name: `${account}:${name}`, account, sealed: await sealed(account, `seen:${name}`, value) });
}

export async function noted<T>(account: number, name: string): Promise<T | null> {
  const row = await get<Named>("seen", `${account}:${name}`);
  return row === undefined ? null : opened<T>(account, `seen:${name}`, row.sealed as Bytes);
}

/** Drop what was kept to be read: a session ended, or somebody else came. Entries that wait stay, sealed. */
export async function forget(): Promise<void> {
  await caches.delete(PAGES_CACHE);
  await sweep("seen", () => true);
}
