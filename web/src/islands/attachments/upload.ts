// Sends one file and tells how far it is: fetch cannot say that of what it sends.
import { t } from "../../lib/words";

export interface Attached {
  readonly name: string;
  readonly address: string;
}

/** The portal did not take a file; `isPassing` when the same file may be taken later. */
export class UploadError extends Error {
  constructor(
    message: string,
    readonly isPassing: boolean,
  ) {
    super(message);
  }
}

export function upload(address: string, body: FormData, progress: (share: number) => void, signal: AbortSignal): Promise<Attached> {
  return new Promise((done, failed) => {
    const call = new XMLHttpRequest();
    call.open("POST", address);
    call.responseType = "json";
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("X-CSRFToken", document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "");
    call.upload.addEventListener("progress", (event) => progress(event.lengthComputable ? event.loaded / event.total : 0));
    call.addEventListener("load", () => {
      const said = call.response as (Attached & { error?: string }) | null;
      if (call.status >= 200 && call.status < 300 && said !== null) done(said);
      else failed(new UploadError(said?.error ?? t("The portal could not do this (error %(status)s). Nothing was changed.", { status: String(call.status) }), call.status >= 500));
    });
    call.addEventListener("error", () => failed(new UploadError(t("The portal does not answer. The file is still here: try again in a moment."), true)));
    signal.addEventListener("abort", () => call.abort());
    call.send(body);
  });
}
