// Requests to the portal itself, with its token against forged requests and errors that say what happened.

import { t } from "./words";

/** The portal refused or failed; `message` can be shown as it is. */
export class RequestError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Call the portal and return its answer when it is a success. Throws RequestError, with status 0 when there is no network. */
export async function send(address: string, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set("Accept", headers.get("Accept") ?? "application/json");
  if ((options.method ?? "GET") !== "GET") headers.set("X-CSRFToken", token());
  let answer: Response;
  try {
    answer = await fetch(address, { ...options, headers, credentials: "same-origin" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new RequestError(t("The portal does not answer. What you typed is still here; try again in a moment."), 0);
  }
  if (answer.ok) return answer;
  const said = await answer.json().then((body: { error?: string }) => body.error, () => undefined);
  throw new RequestError(said ?? t("The portal could not do this (error %(status)s). Nothing was changed.", { status: String(answer.status) }), answer.status);
}
