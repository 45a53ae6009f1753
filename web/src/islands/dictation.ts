// Dictation by what the device offers: a button beside a text field, only where the town allows it and the browser can.
// What is said goes where the browser's maker sends it; the portal gets the text alone.
import { need } from "../lib/dom";
import { toast } from "../lib/toast";
import { language, t } from "../lib/words";

interface Heard {
  readonly resultIndex: number;
  readonly results: ArrayLike<ArrayLike<{ readonly transcript: string }> & { readonly isFinal: boolean }>;
}

interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  start(): void;
  stop(): void;
}

type Maker = new () => Recognition;
const LANGUAGES: Readonly<Record<string, string>> = { fr: "fr-FR", en: "en-GB" };

export default function start(host: HTMLElement): void {
  const offered = globalThis as unknown as { SpeechRecognition?: Maker; webkitSpeechRecognition?: Maker };
  const Made = offered.SpeechRecognition ?? offered.webkitSpeechRecognition;
  const area = document.getElementById(host.dataset["for"] ?? "");
  if (Made === undefined || !(area instanceof HTMLTextAreaElement)) return;
  const button = need<HTMLButtonElement>("button", host);
  const told = need("[data-heard]", host);
  const recognition = new Made();
  Object.assign(recognition, { lang: LANGUAGES[language] ?? language, continuous: true, interimResults: false });
  let isOn = false;
  const show = (now: boolean): void => {
    isOn = now;
    button.setAttribute("aria-pressed", String(now));
    told.textContent = now ? t("Dictation is on.") : t("Dictation is off.");
  };
  recognition.addEventListener("result", (event) => {
    const { results, resultIndex } = event as unknown as Heard;
    for (let index = resultIndex; index < results.length; index++) {
      const result = results[index];
      if (result?.isFinal === true) write(area, result[0]?.transcript ?? "");
    }
  });
  recognition.addEventListener("end", () => show(false));
  recognition.addEventListener("error", (event) => {
    const { error } = event as Event & { error?: string };
    if (error === "no-speech" || error === "aborted") return;
    toast(error === "network" ? t("This device dictates with a network only. Type, or try again later.") : t("The device does not let this page hear you. Type, or allow the microphone."), { tone: "error" });
  });
  button.addEventListener("click", () => {
    if (isOn) recognition.stop();
    else {
      recognition.start();
      show(true);
    }
  });
  host.hidden = false;
}

/** Put what was heard at the cursor, with a blank before it where one is missing. */
function write(area: HTMLTextAreaElement, heard: string): void {
  const before = area.value.slice(0, area.selectionStart);
  const gap = before === "" || /\s$/.test(before) ? "" : " ";
  area.setRangeText(gap + heard.trim(), area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
