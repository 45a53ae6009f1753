// Entries that wait to be sent: sealed, in the order of writing, until the server has answered for each.
import { get, put, remove, type Row, rows, type State } from "./store";
import { opened, sealed } from "./vault";

/** One entry as `POST /logbook/sync/` takes it. */
export interface Entry {
  readonly key: string;
  readonly logbook: string;
  /** By the device's clock, ISO 8601. */
  readonly written_at: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly corrects?: { readonly label: string; readonly seen_version: number; readonly reason: string };
  readonly shift_s?: number;
}

export interface Told {
  readonly name: string;
  readonly label: string;
  readonly said: string;
}

/** What the server answered for one entry. */
export interface Answer {
  readonly key: string;
  readonly state: "saved" | Exclude<State, "waiting">;
  readonly logbook?: string;
  readonly label?: string;
  readonly version?: number;
  readonly fields?: Readonly<Record<string, readonly string[]>>;
  readonly shift_s?: number;
  readonly said?: string;
  readonly proposed?: string;
  readonly timezone?: string;
  readonly fault?: string;
  readonly theirs?: { readonly by: string; readonly at: string; readonly lines: readonly Told[]; readonly fields: Readonly<Record<string, string>> };
  readonly mine?: { readonly by: string; readonly lines: readonly Told[] };
}

interface Inside {
  readonly entry: Entry;
  readonly answer?: Answer;
}

/** An entry of the queue, opened. */
export interface Held extends Inside {
  readonly n: number;
  readonly account: number;
  readonly state: State;
}

const WHAT = "waiting";
const CHANNEL = "quietude-waiting";
const CHANGED = "quietude:waiting";

/** What pages tell each other when the queue changes. */
export interface Change {
  /** Labels that entries were saved under. */
  readonly saved: readonly string[];
}

let channel: BroadcastChannel | undefined;

function line(): BroadcastChannel {
  channel ??= new BroadcastChannel(CHANNEL);
  return channel;
}

/** Tell this page, and every other, that the queue changed. */
export function tell(change: Change): void {
  line().postMessage(change);
  globalThis.dispatchEvent(new CustomEvent<Change>(CHANGED, { detail: change }));
}

export function onChange(act: (change: Change) => void): void {
  line().addEventListener("message", ({ data }: MessageEvent<Change>) => act(data));
  globalThis.addEventListener(CHANGED, (event) => act((event as CustomEvent<Change>).detail));
}

/** Put an entry at the end of the queue; it is on the disk when this returns. Throws where the device has no room. */
export async function add(account: number, entry: Entry): Promise<void> {
  await put("waiting", { account, state: "waiting", sealed: await sealed(account, WHAT, { entry } satisfies Inside) });
  tell({ saved: [] });
}

/** Write an entry of the queue anew: what it says, what was answered, or that it is to be sent again. */
export async function change(n: number, account: number, state: State, inside: Inside): Promise<void> {
  await put("waiting", { n, account, state, sealed: await sealed(account, WHAT, inside) });
}

export async function drop(n: number): Promise<void> {
  await remove("waiting", n);
}

/** Open one row; null where it cannot be read: sealed under a key that is no more. Throws ClosedError while it is closed. */
export async function read(row: Row): Promise<Held | null> {
  try {
    return { n: row.n ?? 0, account: row.account, state: row.state, ...(await opened<Inside>(row.account, WHAT, row.sealed)) };
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError) return null;
    throw error;
  }
}

export async function one(n: number): Promise<Held | null> {
  const row = await get<Row>("waiting", n);
  return row === undefined ? null : read(row);
}

/** Return entries of the queue, opened, from the one after `after`. */
export async function some(account: number, limit: number, after = 0): Promise<{ row: Row; held: Held | null }[]> {
  const found = await rows(account, limit, after);
  return Promise.all(found.map(async (row) => ({ row, held: await read(row) })));
}
