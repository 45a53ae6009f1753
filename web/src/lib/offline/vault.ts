// Who may read what lies sealed here. The private half is only ever in memory: of the pages, and of the worker while they change.
// It comes from the server while a session is open, or from words that its owner chose.
import { KEY } from "./addresses";
import { type Bytes, canSeal, keyOfPhrase, makeBox, openBox, rewrap, seal, unseal, wrappingKey, bytesOf } from "./seal";
import { boxes, get, type Kept, put, sweep } from "./store";

/** The portal was not reached, or its doorkeeper says that it is not there. */
export class AwayError extends Error {}
/** The portal was reached, and knows nobody here any more. */
export class EndedError extends Error {}
/** What lies here is closed: no network, and nobody said the words. */
export class ClosedError extends Error {}

export interface Given {
  readonly account: number;
  /** The wrapping key of this account on this device, base64. */
  readonly key: string;
  /** Token against forged requests. */
  readonly token: string;
}

const AWAY = new Set([502, 503, 504]); // a proxy without its portal
const PATIENCE_MS = 10_000;
const PRESENCE_MS = 4_000;
const WORKER_ANSWERS_MS = 2_000; // it may have to wake, on a tablet with other work; where there is none, nobody waits
const ITERATIONS = 1_000_000; // OWASP asks for 600,000 of PBKDF2-HMAC-SHA-256 (Password Storage Cheat Sheet); a second on a tablet
/** Letters of the words that open what lies here without network: nobody counts the attempts of whoever copied the disk. */
export const PHRASE_LEAST = 15;

/** The page can read now what lies here. */
export const OPENED = "quietude:opened";

const held = new Map<number, CryptoKey>();
const isPage = typeof document !== "undefined";

/** Call the portal; no network, and no portal behind its proxy, are the same to whoever waits. */
export async function reach(address: string, options: RequestInit = {}): Promise<Response> {
  const answer = await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS), ...options, headers: { Accept: "application/json", ...options.headers } }).catch(() => null);
  if (answer === null || AWAY.has(answer.status)) throw new AwayError("no network");
  if (answer.status === 401 || answer.redirected) throw new EndedError("nobody is signed in");
  return answer;
}

/** Tell whether the portal answers now; a device that says "online" may only have heard of a network. */
export async function isReached(): Promise<boolean> {
  if (!navigator.onLine) return false;
  const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PRESENCE_MS) }).catch(() => null);
  return answer !== null && !AWAY.has(answer.status);
}

async function asked(device: string): Promise<Given> {
  const answer = await reach(`${KEY}?${new URLSearchParams({ device })}`);
  if (!answer.ok) throw new EndedError(`refused: ${answer.status}`);
  return (await answer.json()) as Given;
}

/** Return what the server gives the account that is signed in; its key is taken into memory. */
export async function greet(account: number): Promise<Given> {
  const kept = await get<Kept>("boxes", account);
  const device = kept?.device ?? crypto.randomUUID();
  const given = await asked(device);
  if (given.account !== account) return given;
  const key = await wrappingKey(fromBase64(given.key));
  let box = kept;
  let half = kept === undefined ? null : await openBox(kept.wrapped, key).catch(() => null);
  if (box === undefined || half === null) { // the first time here, or the portal's secret key was changed
    box = { account, device, ...(await makeBox(key)) };
    await put("boxes", box);
    half = await openBox(box.wrapped, key);
  }
  hold(account, half);
  return given;
}

/** Keep the private half in memory, and with the worker, which lives on while pages change. */
export function hold(account: number, half: CryptoKey): void {
  const isNew = !held.has(account);
  held.set(account, half);
  if (!isPage) return;
  handOver();
  if (isNew) document.dispatchEvent(new CustomEvent(OPENED));
}

/** Give the worker what this page holds. */
export function handOver(): void {
  for (const [account, half] of held) navigator.serviceWorker?.controller?.postMessage({ say: "hold", account, half });
}

export function heldFor(account: number): CryptoKey | null {
  return held.get(account) ?? null;
}

/** Forget every key of this page, or of this worker. */
export function close(): void {
  held.clear();
}

function fromWorker(account: number): Promise<CryptoKey | null> {
  const worker = isPage ? navigator.serviceWorker?.controller : null;
  if (worker == null) return Promise.resolve(null);
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => done(null), WORKER_ANSWERS_MS);
    port1.onmessage = ({ data }: MessageEvent<CryptoKey | null>) => {
      clearTimeout(timer);
      done(data);
    };
    worker.postMessage({ say: "ask", account }, [port2]);
  });
}

/** Return the private half. Throws ClosedError where nothing gives it now. */
export async function unlocked(account: number): Promise<CryptoKey> {
  const known = held.get(account) ?? (await fromWorker(account));
  if (known !== null && known !== undefined) {
    held.set(account, known);
    return known;
  }
  await greet(account).catch(() => undefined);
  const half = held.get(account);
  if (half === undefined) throw new ClosedError("closed");
  return half;
}

/** Return whether entries can be sealed here for this account: after its first visit with a network. */
export async function hasBox(account: number): Promise<boolean> {
  return canSeal() && (await get<Kept>("boxes", account)) !== undefined;
}

/** Seal a value; asks for no key but the public one. */
export async function sealed(account: number, what: string, value: unknown): Promise<Bytes> {
  const box = await get<Kept>("boxes", account);
  if (box === undefined) throw new ClosedError("this device does not know the account yet");
  return seal(box.publicKey, `${what}:${account}`, bytesOf(JSON.stringify(value)));
}

/** Open a value. Throws ClosedError where nothing gives the key, another error where it was not sealed by `sealed`. */
export async function opened<T>(account: number, what: string, hidden: Bytes): Promise<T> {
  const half = await unlocked(account);
  const box = await get<Kept>("boxes", account);
  if (box === undefined) throw new ClosedError("cleared");
  return JSON.parse(new TextDecoder().decode(await unseal(half, box.publicKey, `${what}:${account}`, hidden))) as T;
}

/** Let words open what lies here without network; "" takes that back. */
export async function choosePhrase(account: number, words: string): Promise<void> {
  const box = await get<Kept>("boxes", account);
  if (box === undefined) throw new ClosedError("this device does not know the account yet");
  const { phrase: _before, ...rest } = box;
  if (words === "") {
    await put("boxes", rest);
    return;
  }
  const given = await asked(box.device);
  if (given.account !== account) throw new EndedError("another account is signed in");
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const wrapped = await rewrap(box.wrapped, await wrappingKey(fromBase64(given.key)), await keyOfPhrase(words, salt, ITERATIONS));
  await put("boxes", { ...rest, phrase: { salt, iterations: ITERATIONS, wrapped } });
}

/** Open with the owner's words; tells whether they were the right ones. */
export async function openWithPhrase(account: number, words: string): Promise<boolean> {
  const phrase = (await get<Kept>("boxes", account))?.phrase;
  if (phrase === undefined) return false;
  try {
    hold(account, await openBox(phrase.wrapped, await keyOfPhrase(words, phrase.salt, phrase.iterations)));
    return true;
  } catch {
    return false;
  }
}

export async function hasPhrase(account: number): Promise<boolean> {
  return (await get<Kept>("boxes", account))?.phrase !== undefined;
}

/** Delete an account's key, and with it what only that key could open. */
export async function destroy(account: number): Promise<void> {
  const isTheirs = (value: { readonly account: number }): boolean => value.account === account;
  for (const store of ["waiting", "drafts", "seen", "boxes"] as const) await sweep(store, isTheirs);
  held.delete(account);
}

/** Accounts that have a key here. */
export async function accounts(): Promise<number[]> {
  return (await boxes()).map(({ account }) => account);
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
