// What every page shares: switches of theme and density, menus, sheets, tabs, "back to the list" and the offline notice.

import { need } from "./dom";
import { send } from "./send";
import { toast } from "./toast";
import { t } from "./words";

type Choice = "theme" | "density";

/** Keep a choice of appearance: at once on the page, and with the account for the next device. */
export function keepChoice(choice: Choice, value: string): void {
  document.documentElement.dataset[choice] = value;
  for (const input of document.querySelectorAll<HTMLInputElement>(`input[data-choice="${choice}"]`)) input.checked = input.value === value;
  document.dispatchEvent(new CustomEvent("quietude:appearance", { detail: { choice, value } }));
  const address = document.body.dataset["preferences"];
  if (address === undefined) {
    if (choice === "theme") sessionStorage.setItem("theme", value);
    return;
  }
  send(address, { method: "POST", body: new URLSearchParams({ [choice]: value }) }).catch(() => {
    toast(t("Your choice holds on this page, but could not be kept for the next one."), { tone: "error" });
  });
}

function startChoices(): void {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement)) return;
    const choice = input.dataset["choice"];
    if (choice === "theme" || choice === "density") keepChoice(choice, input.value);
  });
}

/** Menus are native details elements: close them by Escape, by a click outside, and when another opens. */
function startMenus(): void {
  const closeAll = (except: Element | null): void => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => closeAll(event.target instanceof Element ? event.target.closest("details.menu") : null));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details.menu[open]");
    if (open === null) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
}

/** `data-opens="id"` opens a dialog or a sheet; a click on its backdrop or on `data-closes` closes it. */
function startDialogs(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLElement>("[data-opens]");
    if (opener !== null) need<HTMLDialogElement>(`#${opener.dataset["opens"] ?? ""}`).showModal();
    const dialog = event.target.closest("dialog");
    if (event.target === dialog || event.target.closest("[data-closes]") !== null) dialog?.close();
  });
}

/** Tabs as the ARIA pattern wants them: one stop for Tab, arrows between them. */
function startTabs(): void {
  const select = (tab: HTMLElement): void => {
    for (const other of tab.closest('[role="tablist"]')?.querySelectorAll<HTMLElement>('[role="tab"]') ?? []) {
      const isChosen = other === tab;
      other.setAttribute("aria-selected", String(isChosen));
      other.tabIndex = isChosen ? 0 : -1;
      const panel = document.getElementById(other.getAttribute("aria-controls") ?? "");
      if (panel !== null) panel.hidden = !isChosen;
    }
  };
  document.addEventListener("click", (event) => {
    const tab = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="tab"]') : null;
    if (tab !== null) select(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="tab"]') : null;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (tab === null || step === undefined) return;
    const tabs = [...(tab.closest('[role="tablist"]')?.querySelectorAll<HTMLElement>('[role="tab"]') ?? [])];
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    select(next);
    next.focus();
  });
}

function startOfflineNotice(): void {
  if (document.querySelector(".net") !== null) return; // the line in the header says it, and what waits
  const notice = need("#offline");
  const show = (): void => {
    notice.hidden = navigator.onLine;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}

/** Forms marked `data-once` are sent once, however often the button is pressed. */
function startForms(): void {
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement) || event.target.dataset["once"] === undefined) return;
    if (event.target.dataset["sent"] !== undefined) event.preventDefault();
    event.target.dataset["sent"] = "";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset["sent"];
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLElement && input.dataset["sends"] !== undefined) input.closest("form")?.requestSubmit();
  });
}

/** A table wider than its place scrolls; then the keyboard must reach it, and only then. */
function startScrollers(): void {
  const mend = (wrap: HTMLElement): void => {
    const isScrolling = wrap.scrollWidth > wrap.clientWidth || wrap.scrollHeight > wrap.clientHeight;
    if (isScrolling) wrap.tabIndex = 0;
    else wrap.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) mend((target.closest(".table-wrap") ?? target) as HTMLElement);
  });
  const watch = (root: ParentNode): void => {
    for (const wrap of root.querySelectorAll<HTMLElement>(".table-wrap")) {
      sizes.observe(wrap);
      if (wrap.firstElementChild !== null) sizes.observe(wrap.firstElementChild);
    }
  };
  watch(document);
  document.addEventListener("quietude:swapped", (event) => watch(event.target as HTMLElement));
}

export function startShell(): void {
  startChoices();
  startMenus();
  startDialogs();
  startTabs();
  startForms();
  startScrollers();
  startOfflineNotice();
}
