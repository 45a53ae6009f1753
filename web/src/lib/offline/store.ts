// The database of the device: everything that says something lies in it sealed; in clear are only order, owner and state.
import type { Bytes, Box } from "./seal";

const NAME = "quietude";
const EDITION = 1;

/** An account's key on this device. */
export interface Kept extends Box {
  readonly account: number;
  /** Random name of this device for this account: the server makes the wrapping key from it. */
  readonly device: string;
  /** The private half once more, under words that the owner chose, to read without network after a restart. */
  readonly phrase?: { readonly salt: Bytes; readonly iterations: number; readonly wrapped: Bytes };
}

/** What the server said of an entry that waits; "waiting" until it has said anything. */
export type State = "waiting" | "refused" | "clock" | "conflict";

export interface Row {
  /** Order of writing on this device; given by the database. */
  readonly n?: number;
  readonly account: number;
  readonly state: State;
  readonly sealed: Bytes;
}

export interface Named {
  /** "account:name" */
  readonly name: string;
  readonly account: number;
  readonly sealed: Bytes;
}

type Store = "boxes" | "waiting" | "drafts" | "seen";

let opening: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((done, fail) => {
    const request = indexedDB.open(NAME, EDITION);
    request.onupgradeneeded = () => {
      const database = request.result;
      database.createObjectStore("boxes", { keyPath: "account" });
      database.createObjectStore("waiting", { keyPath: "n", autoIncrement: true }).createIndex("account", "account");
      for (const name of ["drafts", "seen"]) database.createObjectStore(name, { keyPath: "name" }).createIndex("account", "account");
    };
    request.onsuccess = () => {
      const database = request.result;
      const forget = (): void => {
        opening = undefined;
      };
      database.onclose = forget; // cleared by the browser, when somebody signs out
      database.onversionchange = () => {
        database.close();
        forget();
      };
      done(database);
    };
    request.onerror = () => fail(request.error);
  });
  opening.catch(() => (opening = undefined));
  return opening;
}

/** Do something in one transaction, and return its result once that is on the disk. */
async function within<T>(store: Store, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise<T>((done, fail) => {
    const transaction = database.transaction(store, mode, mode === "readwrite" ? { durability: "strict" } : {});
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => done(request.result);
    transaction.onabort = transaction.onerror = () => fail(transaction.error ?? request.error ?? new Error("the device's database gave up"));
  });
}

export function put(store: Store, value: Kept | Row | Named): Promise<IDBValidKey> {
  return within(store, "readwrite", (found) => found.put(value));
}

export function get<T>(store: Store, key: IDBValidKey): Promise<T | undefined> {
  return within(store, "readonly", (found) => found.get(key) as IDBRequest<T | undefined>);
}

export function remove(store: Store, key: IDBValidKey): Promise<undefined> {
  return within(store, "readwrite", (found) => found.delete(key));
}

export function boxes(): Promise<Kept[]> {
  return within("boxes", "readonly", (found) => found.getAll() as IDBRequest<Kept[]>);
}

/** Return rows of one account in the order of writing, `limit` at most, from the one after `after`. */
export async function rows(account: number, limit = Infinity, after = 0): Promise<Row[]> {
  const found: Row[] = [];
  const database = await open();
  return new Promise<Row[]>((done, fail) => {
    const transaction = database.transaction("waiting", "readonly");
    const walk = transaction.objectStore("waiting").openCursor(IDBKeyRange.lowerBound(after, true));
    walk.onsuccess = () => {
      const cursor = walk.result;
      if (cursor === null || found.length >= limit) return;
      const row = cursor.value as Row;
      if (row.account === account) found.push(row);
      cursor.continue();
    };
    transaction.oncomplete = () => done(found);
    transaction.onerror = () => fail(transaction.error);
  });
}

/** Return how many entries wait, by state, and how many of other accounts. */
export async function counts(account: number): Promise<Readonly<Record<State | "others", number>>> {
  const counted = { waiting: 0, refused: 0, clock: 0, conflict: 0, others: 0 };
  const database = await open();
  return new Promise((done, fail) => {
    const transaction = database.transaction("waiting", "readonly");
    const walk = transaction.objectStore("waiting").openCursor();
    walk.onsuccess = () => {
      const cursor = walk.result;
      if (cursor === null) return;
      const row = cursor.value as Row;
      counted[row.account === account ? row.state : "others"] += 1;
      cursor.continue();
    };
    transaction.oncomplete = () => done(counted);
    transaction.onerror = () => fail(transaction.error);
  });
}

export async function named(store: "drafts" | "seen", account: number): Promise<Named[]> {
  return within(store, "readonly", (found) => found.index("account").getAll(account) as IDBRequest<Named[]>);
}

/** Delete from a store what `isGone` says. */
export async function sweep(store: Store, isGone: (value: { readonly account: number }) => boolean): Promise<void> {
  const database = await open();
  return new Promise((done, fail) => {
    const transaction = database.transaction(store, "readwrite");
    const walk = transaction.objectStore(store).openCursor();
    walk.onsuccess = () => {
      const cursor = walk.result;
      if (cursor === null) return;
      if (isGone(cursor.value as { account: number })) cursor.delete();
      cursor.continue();
    };
    transaction.oncomplete = () => done();
    transaction.onerror = () => fail(transaction.error);
  });
}
