// "It is here": the position of this device, sent when its bearer presses, and at no other time.
import { need } from "../lib/dom";
import { t } from "../lib/words";

const PATIENCE_MS = 15_000;

export default function start(host: HTMLElement): void {
  if (!(host instanceof HTMLFormElement) || !("geolocation" in navigator)) return;
  const press = need<HTMLButtonElement>("[data-here]", host);
  const fault = need("[data-fault]", host);
  press.hidden = false;
  press.addEventListener("click", () => {
    press.disabled = true;
    fault.hidden = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        need<HTMLInputElement>('[name="lon"]', host).value = String(coords.longitude);
        need<HTMLInputElement>('[name="lat"]', host).value = String(coords.latitude);
        host.submit();
      },
      () => {
        press.disabled = false;
        fault.textContent = t("This device does not say where it is: allow it, or go where it has a signal.");
        fault.hidden = false;
      },
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 30_000 },
    );
  });
}
