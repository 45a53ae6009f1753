// Looks at a chosen file before it is sent: what it is by its first bytes; a photograph that is too large is made smaller
// here, so that a telephone does not send 40 MB. The server judges again whatever this says.
import { number, t } from "../../lib/words";

const EDGE_MAX_PX = 4000; // a number plate at twenty metres stays legible
const KEPT_BYTES = 4 * 2 ** 20; // below it a photograph is sent as it is
const QUALITY = 0.9;
const HEAD_BYTES = 16;
const TAKEN = ["image/jpeg", "image/png", "image/webp"];
const PROGRAMS = ["4d5a", "7f454c46", "2321", "cafebabe", "cffaedfe", "cefaedfe", "504b0304", "d0cf11e0", "52617221", "377abcaf271c"];

/** Why a file is not taken, and what to do. */
export class NotTaken extends Error {}

export interface Ready {
  readonly file: File;
  readonly picture: ImageBitmap | null;
  /** What was done to it; "" for nothing. */
  readonly note: string;
}

export function megabytes(bytes: number): string {
  if (bytes < 2 ** 20) return t("%(size)s kB", { size: number(Math.ceil(bytes / 2 ** 10)) });
  return t("%(size)s MB", { size: number(Math.round(bytes / 2 ** 20 * 10) / 10) });
}

/** Return a file as it is to be sent. Throws NotTaken. */
export async function ready(file: File, bytesMax: number): Promise<Ready> {
  const kind = kindOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (kind === "program") throw new NotTaken(t("This is a program, or can hold one (an archive, an office file), whatever its name says. It is not taken. Send a photograph of it, or a PDF printed from it."));
  if (kind === "application/pdf") {
    if (file.size > bytesMax) throw tooLarge(file, bytesMax, t("Save the PDF in parts, or with smaller pictures."));
    return { file: as(file, kind, "pdf"), picture: null, note: "" };
  }
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (picture === null) {
    throw new NotTaken(/^(image\/|application\/pdf)/.test(file.type) ? t("This is not a photograph or a PDF, although its name says so, or it is broken. Open it, save it again, and send that.") : t("This type of file is not taken. Send a photograph (JPEG, PNG, WebP) or a PDF."));
  }
  const edge = Math.max(picture.width, picture.height);
  if (kind !== null && edge <= EDGE_MAX_PX && file.size <= Math.min(KEPT_BYTES, bytesMax)) return { file: as(file, kind, kind.slice(6).replace("jpeg", "jpg")), picture, note: "" };
  const smaller = await redrawn(picture, Math.min(1, EDGE_MAX_PX / edge));
  if (smaller.size >= file.size && kind !== null && edge <= EDGE_MAX_PX && file.size <= bytesMax) return { file: as(file, kind, kind.slice(6).replace("jpeg", "jpg")), picture, note: "" };
  if (smaller.size > bytesMax) throw tooLarge(file, bytesMax, t("Take it again with fewer points."));
  const note = t("Made smaller before it is sent: %(before)s, now %(after)s.", { before: megabytes(file.size), after: megabytes(smaller.size) });
  return { file: as(new File([smaller], file.name), "image/jpeg", "jpg"), picture, note };
}

function tooLarge(file: File, bytesMax: number, remedy: string): NotTaken {
  return new NotTaken([t("This file has %(size)s; %(most)s at most.", { size: megabytes(file.size), most: megabytes(bytesMax) }), remedy].join(" "));
}

function kindOf(head: Uint8Array): string | null {
  const hex = [...head].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (PROGRAMS.some((start) => hex.startsWith(start))) return "program";
  if (hex.startsWith("255044462d")) return "application/pdf";
  if (hex.startsWith("ffd8ff")) return "image/jpeg";
  if (hex.startsWith("89504e470d0a1a0a")) return "image/png";
  return hex.startsWith("52494646") && hex.slice(16, 24) === "57454250" ? "image/webp" : null;
}

/** The same bytes under the type that they have and an ending that says it. */
function as(file: File, type: string, ending: string): File {
  const stem = file.name.replace(/\.[^.]*$/, "") || "photo";
  return file.type === type && file.name.endsWith(`.${ending}`) ? file : new File([file], `${stem}.${ending}`, { type });
}

async function redrawn(picture: ImageBitmap, share: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * share));
  canvas.height = Math.max(1, Math.round(picture.height * share));
  const context = canvas.getContext("2d", { alpha: false });
  if (context === null) throw new NotTaken(t("This browser cannot make the photograph smaller. Send a smaller one."));
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, TAKEN[0], QUALITY));
  canvas.width = canvas.height = 0; // gives its memory back at once
  if (made === null) throw new NotTaken(t("This browser cannot make the photograph smaller. Send a smaller one."));
  return made;
}
