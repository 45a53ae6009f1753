// "Near me": what is near to this device comes first. Its position is asked for when the button is pressed, and never else.
import { element } from "../lib/dom";
import { toast } from "../lib/toast";
import { t } from "../lib/words";

const PATIENCE_MS = 15_000;
const DIGITS = 4; // ten metres: as fine as the order of facts needs, and no finer

export default function start(host: HTMLElement): void {
  if (!(host instanceof HTMLButtonElement) || !("geolocation" in navigator)) return;
  host.hidden = false;
  host.addEventListener("click", () => {
    host.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        host.form?.append(element("input", { type: "hidden", name: "from", value: `${coords.latitude.toFixed(DIGITS)},${coords.longitude.toFixed(DIGITS)}` }));
        host.form?.requestSubmit();
      },
      () => {
        host.disabled = false;
        toast(t("This device does not say where it is: allow it, or go where it has a signal."), { tone: "error" });
      },
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 30_000 },
    );
  });
}
