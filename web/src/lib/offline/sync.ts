// Sends what waits: in order, a batch at a time, by one page at a time. Nothing leaves the queue before the server answered for it.
import { SYNC } from "./addresses";
import { type Answer, change, drop, type Entry, type Held, some, tell } from "./queue";
import { counts } from "./store";
import { AwayError, ClosedError, EndedError, type Given, greet, reach } from "./vault";

const BATCH_MAX = 200; // entries a call (portal/logbook/sync.py)
const BYTES_MAX = 900_000; // of the MiB that a call may hold
const PATIENCE_MS = 60_000; // 200 entries are a few seconds of work
const LOCK = "quietude-sync";

/** How sending ended: "done" may leave entries that need their writer. */
export type End = "done" | "away" | "ended" | "closed" | "other" | "busy" | "failed";

export interface Outcome {
  readonly end: End;
  readonly saved: readonly string[];
}

/** Send what waits of an account, unless another page does. */
export async function sync(account: number, sending: () => void = () => undefined): Promise<Outcome> {
  const act = (): Promise<Outcome> => run(account, sending);
  if (navigator.locks === undefined) return act();
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => (lock === null ? { end: "busy", saved: [] } : act())) as Promise<Outcome>;
}

async function run(account: number, sending: () => void): Promise<Outcome> {
  const saved: string[] = [];
  try {
    if ((await counts(account)).waiting === 0) return { end: "done", saved };
    const given = await greet(account);
    if (given.account !== account) return { end: "other", saved };
    sending();
    let after = 0;
    for (;;) {
      const found = await some(account, BATCH_MAX, after);
      if (found.length === 0) return { end: "done", saved };
      const readable = found.map(({ held }) => held).filter((held): held is Held => held !== null && held.state === "waiting");
      for (let rest = readable; rest.length > 0; ) {
        const batch = fitting(rest);
        const labels = await send(account, batch, given);
        saved.push(...labels);
        rest = rest.slice(batch.length);
        tell({ saved: labels });
      }
      after = found.at(-1)?.row.n ?? Infinity;
    }
  } catch (error) {
    return { end: endOf(error), saved };
  }
}

function endOf(error: unknown): End {
  if (error instanceof AwayError) return "away";
  if (error instanceof EndedError) return "ended";
  return error instanceof ClosedError ? "closed" : "failed";
}

/** Return as many entries, from the first, as one call takes; one at least. */
export function fitting(entries: readonly Held[]): Held[] {
  const batch: Held[] = [];
  let bytes = 0;
  for (const held of entries.slice(0, BATCH_MAX)) {
    bytes += new TextEncoder().encode(JSON.stringify(held.entry)).length + 1;
    if (batch.length > 0 && bytes > BYTES_MAX) break;
    batch.push(held);
  }
  return batch;
}

async function send(account: number, batch: readonly Held[], given: Given): Promise<string[]> {
  const body = JSON.stringify({ owner: account, device_at: new Date().toISOString(), entries: batch.map(({ entry }): Entry => entry) });
  const headers = { "Content-Type": "application/json", "X-CSRFToken": given.token };
  const answer = await reach(SYNC, { method: "POST", body, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.status === 413 && batch.length > 1) {
    const half = Math.ceil(batch.length / 2);
    return [...(await send(account, batch.slice(0, half), given)), ...(await send(account, batch.slice(half), given))];
  }
  if (!answer.ok) throw new Error(`refused as a whole: ${answer.status}`);
  const { answers } = (await answer.json()) as { answers: readonly Answer[] };
  const labels: string[] = [];
  for (const [index, held] of batch.entries()) {
    const said = answers[index];
    if (said === undefined || said.key !== held.entry.key) throw new Error("answers that are not ours");
    if (said.state === "saved") {
      await drop(held.n);
      labels.push(said.label ?? "");
    } else await change(held.n, account, said.state, { entry: held.entry, answer: said });
  }
  return labels;
}
