// The page that answers without network for all that is not written here: one's shift, the instructions, as they last were.
import { element, icon, need } from "../lib/dom";
import { seen, type Seen } from "../lib/offline/kept";
import { ClosedError, isReached } from "../lib/offline/vault";
import { dates, t } from "../lib/words";
import { unlockForm } from "./waiting/words";

export default async function start(host: HTMLElement): Promise<void> {
  const account = Number(host.dataset["account"]);
  const { pathname } = window.location;
  const name = pathname.startsWith("/shifts/instructions/") ? "instructions" : pathname.startsWith("/shifts/") ? "shift" : null;
  window.addEventListener("online", () => void isReached().then((isThere) => (isThere ? window.location.reload() : undefined))); // a reload on mere hearsay would undo a visit under way
  if (name === null) return;
  for (const link of document.querySelectorAll(`[data-place="${name}"]`)) link.setAttribute("aria-current", "page");
  const show = async (): Promise<void> => {
    const lead = need("[data-lead]", host);
    try {
      const part = await seen(account, name);
      if (part === null) lead.textContent = t("Nothing was kept of this page, or the session it was kept in is over. These work without network:");
      else fill(host, part);
    } catch (error) {
      if (!(error instanceof ClosedError)) throw error;
      lead.textContent = t("This page is on this device, but closed: the browser was started without network. These work all the same:");
      need("[data-part]", host).replaceChildren(await unlockForm(account, show));
    }
  };
  await show();
}

function fill(host: HTMLElement, part: Seen): void {
  const when = new Intl.DateTimeFormat(dates, { dateStyle: "short", timeStyle: "short" }).format(new Date(part.at));
  need("[data-title]", host).textContent = part.title;
  document.title = document.title.replace(/^[^·]*/, `${part.title} `);
  need("[data-lead]", host).textContent = t("As it was at %(when)s: there is no network.", { when });
  const page = new DOMParser().parseFromString(part.html, "text/html"); // markup of the portal's own templates, sealed until now
  need("[data-part]", host).replaceChildren(...page.body.childNodes);
  need("[data-ways]", host).hidden = true;
  host.prepend(element("div", { class: "notice" }, icon("cloud-off", 20), element("p", {}, t("You can read this page; acts on it wait for the network."))));
}
