// Addresses of the portal that pages and the worker share; portal/offline/urls.py answers them.
export const WORKER = "/worker.js";
export const KEY = "/offline/key/";
export const KEPT = "/offline/kept/";
export const SYNC = "/logbook/sync/";
export const SHIFTS = "/shifts/";
export const WAITING = "/logbook/waiting/";
export const SIGN_IN = "/sign-in/";
export const SIGN_OUT = "/sign-out/";
export const PLACES = "/offline/places/";
/** Page by page, the one that stands in for it without network; anything else is answered by the last. */
export const STANDS_IN = { new: "/offline/new/", waiting: "/offline/waiting/", other: "/offline/other/" } as const;
/** Pages and words without a word of any entry, of one account; and the built files, of one build. */
export const PAGES_CACHE = "pages";
export const FILES_CACHE = "files-";

/** Return where the categories of a logbook are listed. */
export function wordsOf(logbook: string): string {
  return `/offline/words/?${new URLSearchParams({ logbook })}`;
}
