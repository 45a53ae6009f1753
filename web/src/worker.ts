// The worker between pages and network. It keeps the built files of one build, answers with what was kept where the network does
// not, holds keys in memory while pages change, and sends what waits when the browser wakes it. It keeps no page with a name in it.
import { FILES_CACHE, PAGES_CACHE, SIGN_IN, STANDS_IN } from "./lib/offline/addresses";
import { forget } from "./lib/offline/kept";
import { sync } from "./lib/offline/sync";
import { accounts, close, heldFor, hold } from "./lib/offline/vault";

// The compiler reads all scripts with the types of pages; these are the few of a worker's that are used here.
interface Extended extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface Fetched extends Extended {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  addEventListener(type: "install" | "activate" | "sync", act: (event: Extended) => void): void;
  addEventListener(type: "fetch", act: (event: Fetched) => void): void;
  addEventListener(type: "message", act: (event: Extended & MessageEvent<Said>) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}
type Said = { readonly say: "hold"; readonly account: number; readonly half: CryptoKey } | { readonly say: "ask"; readonly account: number } | { readonly say: "forget" | "claim" };

declare const BUILD: string;
declare const FILES: readonly string[];
const worker = globalThis as unknown as Worker;

const BUILT = "/static/dist/"; // names carry a digest: a file of that name is that file
const PATIENCE_MS = 8_000; // a page that can be had without network is not waited for longer
const AWAY = new Set([502, 503, 504]); // a proxy without its portal
const OFFLINE_PATHS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/logbook\/new\/$/, STANDS_IN.new],
  [/^\/logbook\/waiting\/$/, STANDS_IN.waiting],
];

worker.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(FILES_CACHE + BUILD)
      .then((cache) => cache.addAll(FILES))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  const drop = async (): Promise<void> => {
    const builds = (await caches.keys()).filter((name) => name.startsWith(FILES_CACHE) && name !== FILES_CACHE + BUILD); // oldest first
    for (const name of builds.slice(0, -1)) await caches.delete(name); // the last one still serves the pages that were kept with it
    await worker.clients.claim();
  };
  event.waitUntil(drop());
});

worker.addEventListener("message", (event) => {
  const said = event.data;
  if (said.say === "hold") hold(said.account, said.half);
  else if (said.say === "ask") event.ports[0]?.postMessage(heldFor(said.account));
  else if (said.say === "claim") event.waitUntil(worker.clients.claim());
  else {
    close();
    event.waitUntil(forget());
  }
});

worker.addEventListener("sync", (event) => {
  const send = async (): Promise<void> => {
    for (const account of await accounts()) if ((await sync(account)).end === "away") throw new Error("still no network"); // the browser tries again
  };
  event.waitUntil(send());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== globalThis.location.origin) return;
  if (request.mode === "navigate") event.respondWith(visited(event, address));
  else if (address.pathname.startsWith(BUILT)) event.respondWith(file(request));
});

async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}

async function visited(event: Fetched, address: URL): Promise<Response> {
  const standIn = await standInFor(address);
  const answer = await fetched(event.request, standIn !== undefined);
  if (answer === null || AWAY.has(answer.status)) return standIn ?? answer ?? Response.error();
  if (address.pathname === SIGN_IN && answer.ok) { // whoever sees this page is signed in no more
    close();
    event.waitUntil(forget());
  }
  return answer;
}

async function fetched(request: Request, canStandIn: boolean): Promise<Response | null> {
  const asking = fetch(request).catch(() => null);
  if (!canStandIn) return asking;
  return Promise.race([asking, new Promise<null>((done) => setTimeout(() => done(null), PATIENCE_MS))]);
}

/** Return the page that stands in for an address without network: a form of the same logbook, or what is said of all others. */
async function standInFor(address: URL): Promise<Response | undefined> {
  const cache = await caches.open(PAGES_CACHE);
  const path = OFFLINE_PATHS.find(([pattern]) => pattern.test(address.pathname))?.[1] ?? STANDS_IN.other;
  const options = { ignoreVary: true };
  return (await cache.match(path + address.search, options)) ?? cache.match(path, { ...options, ignoreSearch: true });
}
