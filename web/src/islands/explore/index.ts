// Explore: one selection, three linked views. List, time line and map tell one another what the pointer is on.
import { need } from "../../lib/dom";
import { onAppearance } from "../../lib/appearance";
import { toast } from "../../lib/toast";
import { t, tn } from "../../lib/words";
import { startBar } from "./bar";
import { List } from "./list";
import type { MapView } from "./map";
import { startPanes, startTabs } from "./panes";
import { Session } from "./session";
import { startTables } from "./tables";
import { fetchTiles } from "./tiles";
import { TimelineView } from "./timeline";
import type { Answer, Config, Row, ZoneRow } from "./types";
import { startViews } from "./views";

function read<T>(id: string): T {
  return JSON.parse(need(`#${id}`).textContent) as T;
}

export default function explore(host: HTMLElement): void {
  performance.mark("explore:awake");
  const config = read<Config>("explore-config");
  const session = new Session(host, config.urls.answer, config.urls.page, read<Answer>("explore-answer"));
  const timeline = new TimelineView(session);
  let map: MapView | undefined;
  const focus = (row: Row | null): void => {
    timeline.focus(row);
    map?.focus(row);
  };
  const list = new List(session, focus);
  const resized = (): void => {
    timeline.resize();
    map?.resize();
  };
  startBar(session, config.urls.suggest);
  startPanes(host, resized);
  startTabs(host, resized);
  startTables(session, config.urls.zoneTable);
  startViews(session, config.urls.views);
  startChanges(session);
  startSummary(session);
  startTrouble(session);
  startMap(session, () => map);
  fetchTiles(session.answer, config, need("[data-map]", host));
  void import("./map").then(async ({ makeMap, warmUp }) => {
    warmUp(); // its worker starts while the bars are drawn
    await timeline.start();
    map = makeMap(need("[data-map]", host), session, config, (id) => list.mark(id));
  });
  session.on((answer) => map?.show(answer));
  onAppearance(() => {
    timeline.resize();
    map?.repaint();
  });
  new ResizeObserver(resized).observe(need("[data-chart]", host));
  new ResizeObserver(() => map?.resize()).observe(need("[data-map]", host));
  host.dataset["answered"] = "0";
}

/** Links and buttons anywhere on the page that change the selection: `data-change="zone:quartier:…"`. */
function startChanges(session: Session): void {
  session.root.addEventListener("click", (event) => {
    const changer = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-change]") : null;
    if (changer === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    void session.change(changer.dataset["change"] ?? "");
  });
}

/** Counter, exports and other words about the selection, which the server writes. */
function startSummary(session: Session): void {
  const host = need("[data-summary]", session.root);
  session.on((answer) => {
    host.innerHTML = answer.html.summary;
    for (const link of session.root.querySelectorAll<HTMLAnchorElement>("[data-export]")) link.href = `${link.dataset["export"] ?? ""}?${answer.filter}${link.dataset["extra"] ?? ""}`;
  });
}

/** Errors, offline and slow answers: what happened, what is safe, what to do. */
function startTrouble(session: Session): void {
  const notice = need("[data-problem]", session.root);
  session.root.addEventListener("explore:problem", (event) => {
    need("[data-problem-said]", notice).textContent = String((event as CustomEvent<string>).detail);
    notice.hidden = false;
  });
  session.on(() => (notice.hidden = true));
  need("[data-again]", notice).addEventListener("click", () => void session.again());
  need("[data-cancel]", session.root).addEventListener("click", () => session.cancel());
}

/** Buttons of the map: modes, level, measure, drawing, the whole town. */
function startMap(session: Session, map: () => MapView | undefined): void {
  const { root } = session;
  root.addEventListener("change", (event) => {
    const control = event.target;
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return;
    const key = control.dataset["display"];
    if (key !== undefined) void session.display({ [key]: control.value });
  });
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-tool]")) {
    button.addEventListener("click", () => {
      const tool = button.dataset["tool"];
      if (tool === "home") map()?.home();
      else if (tool === "view") void session.change(map()?.view() ?? "box:");
      else if (button.getAttribute("aria-pressed") === "true") map()?.stopDrawing();
      else if (tool === "box" || tool === "lasso") {
        button.setAttribute("aria-pressed", "true");
        void map()?.draw(tool).finally(() => button.setAttribute("aria-pressed", "false"));
      }
    });
  }
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") map()?.stopDrawing();
  });
  const told = need("[data-told]", root);
  root.addEventListener("explore:told", (event) => {
    const zone = (event as CustomEvent<ZoneRow | null>).detail;
    told.hidden = zone === null;
    if (zone === null) return;
    const parts = [zone.name, tn("%(count)s fact", "%(count)s facts", zone.count)];
    if (zone.rate !== null) parts.push(t("%(rate)s per 1,000 inhabitants", { rate: zone.rate }));
    told.textContent = parts.join(" · ");
  });
  let isToldOfTiles = false;
  root.addEventListener("explore:map-problem", () => {
    if (isToldOfTiles) return;
    isToldOfTiles = true;
    toast(t("Part of the map could not be drawn. List and time line are complete."), { tone: "error" });
  });
  session.on((answer) => {
    for (const input of root.querySelectorAll<HTMLInputElement>('input[data-display="map"]')) input.checked = input.value === answer.map.mode;
    need<HTMLSelectElement>('[data-display="level"]', root).value = answer.map.level;
    need<HTMLSelectElement>('[data-display="measure"]', root).value = answer.map.measure;
    root.dataset["mode"] = answer.map.mode;
  });
}
