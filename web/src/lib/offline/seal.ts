// How what lies on the device is sealed: whoever has the public half writes, only the private half reads. The scheme is that
// of HPKE's base mode (RFC 9180), of parts that every browser has: ECDH on P-256, HKDF-SHA-256, AES-256-GCM.
// Decision: docs/decisions/2026-offline.md
const CURVE = { name: "ECDH", namedCurve: "P-256" } as const;
const POINT = 65; // bytes of an uncompressed point of P-256
const IV = 12; // bytes; AES-GCM's own
const NO_IV = new Uint8Array(IV); // each key of a sealed text is used once

export type Bytes = Uint8Array<ArrayBuffer>;

/** The two halves of an account's key on one device. */
export interface Box {
  /** Raw point: seals. */
  readonly publicKey: Bytes;
  /** Private half, encrypted under a key that the device does not keep: IV and AES-GCM of the PKCS #8 form. */
  readonly wrapped: Bytes;
}

/** Tell whether this page can keep anything sealed: browsers offer no cryptography to pages without HTTPS. */
export function canSeal(): boolean {
  return globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined && globalThis.indexedDB !== undefined;
}

export async function wrappingKey(secret: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["wrapKey", "unwrapKey"]);
}

/** Make the two halves, the private one under `key`. */
export async function makeBox(key: CryptoKey): Promise<Box> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  return { publicKey: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)), wrapped: await wrap(pair.privateKey, key) };
}

async function wrap(half: CryptoKey, key: CryptoKey): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  return joined(iv, new Uint8Array(await crypto.subtle.wrapKey("pkcs8", half, key, { name: "AES-GCM", iv })));
}

async function unwrap(wrapped: Bytes, key: CryptoKey, isExtractable: boolean): Promise<CryptoKey> {
  return crypto.subtle.unwrapKey("pkcs8", wrapped.slice(IV), key, { name: "AES-GCM", iv: wrapped.slice(0, IV) }, CURVE, isExtractable, ["deriveBits"]);
}

/** Return the private half, which scripts can use and never read; throws where `key` is another's. */
export async function openBox(wrapped: Bytes, key: CryptoKey): Promise<CryptoKey> {
  return unwrap(wrapped, key, false);
}

/** Return the private half under another key as well. */
export async function rewrap(wrapped: Bytes, from: CryptoKey, to: CryptoKey): Promise<Bytes> {
  return wrap(await unwrap(wrapped, from, true), to);
}

/** Seal bytes; `context` says what they are and whose, and must be said again to open them. */
export async function seal(publicKey: Bytes, context: string, plain: Bytes): Promise<Bytes> {
  const theirs = await crypto.subtle.importKey("raw", publicKey, CURVE, true, []);
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const key = await agreed(own.privateKey, theirs, joined(point, publicKey), "encrypt");
  const hidden = await crypto.subtle.encrypt({ name: "AES-GCM", iv: NO_IV, additionalData: bytesOf(context) }, key, plain);
  return joined(point, new Uint8Array(hidden));
}

/** Open what `seal` sealed; throws where it was changed, or is another's, or something else than `context` says. */
export async function unseal(half: CryptoKey, publicKey: Bytes, context: string, sealed: Bytes): Promise<Bytes> {
  const point = sealed.slice(0, POINT);
  const theirs = await crypto.subtle.importKey("raw", point, CURVE, true, []);
  const key = await agreed(half, theirs, joined(point, publicKey), "decrypt");
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: NO_IV, additionalData: bytesOf(context) }, key, sealed.slice(POINT)));
}

async function agreed(half: CryptoKey, theirs: CryptoKey, salt: Bytes, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, half, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info: bytesOf("quietude sealed 1") }, material, { name: "AES-GCM", length: 256 }, false, [use]);
}

/** Return a key made from words that a person remembers; slow on purpose. */
export async function keyOfPhrase(phrase: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", bytesOf(phrase.normalize("NFKC").trim()), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, material, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

export function bytesOf(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function joined(one: Bytes, other: Bytes): Bytes {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}
