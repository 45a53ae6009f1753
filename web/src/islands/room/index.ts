// The situation room: one island, one stream, several panes; everything by keys; nothing moves where somebody is at work.
import { icon, need } from "../../lib/dom";
import { RequestError, send } from "../../lib/send";
import { addShortcut } from "../../lib/shortcuts";
import { toast } from "../../lib/toast";
import { t, tn } from "../../lib/words";
import { startPanes, startTabs, type Pane } from "../explore/panes";
import { second, startClock, tick } from "./clock";
import { Calm } from "./lists";
import { layFlows, layLog } from "./log";
import type { RoomMap } from "./map";
import { Near } from "./near";
import { laySituations, startSituation } from "./situations";
import { Sound } from "./sound";
import { Stream, words, type State } from "./stream";
import { grouped, keyOf, Tray } from "./tray";
import type { Alarm, Board, Config, Line, Situation } from "./types";

const TICK_MS = 5_000; // ages are said in minutes
const PANES: Readonly<Record<string, Pane>> = {
  tray: { property: "--tray-share", least: 16, most: 45, initial: 26, unit: "%", step: 2, grows: "ArrowRight", shrinks: "ArrowLeft", at: (event, bounds) => ((event.clientX - bounds.left) / bounds.width) * 100 },
  log: { property: "--log-share", least: 14, most: 40, initial: 23, unit: "%", step: 2, grows: "ArrowLeft", shrinks: "ArrowRight", at: (event, bounds) => ((bounds.right - event.clientX) / bounds.width) * 100 },
};

class Room {
  private readonly config: Config;
  private readonly tray: Tray;
  private readonly near: Near | undefined;
  private readonly sound: Sound | undefined;
  private readonly stream: Stream;
  private readonly alarms: Calm<ReturnType<typeof grouped>[number]>;
  private readonly log: Calm<Line>;
  private map: RoomMap | undefined;
  private lately: { alarms: readonly Alarm[]; lines: readonly Line[]; situations: readonly Situation[] } = { alarms: [], lines: [], situations: [] };

  constructor(private readonly root: HTMLElement) {
    this.config = JSON.parse(need("#room-config").textContent) as Config;
    startClock(this.config.timezone);
    const logPane = need("[data-pane=log]", root);
    this.tray = new Tray(need("[data-alarms]", root), this.config, (alarm) => this.map?.choose(alarm));
    this.near = this.config.wall ? undefined : new Near(need("[data-near]"), this.config, () => this.map, () => this.tray.focus(this.tray.chosen));
    this.sound = this.config.wall ? undefined : this.startSound();
    this.alarms = new Calm(need("[data-pane=tray]", root), need("[data-newer=tray]", root), keyOf, (rows) => this.tray.lay(rows), () => document.querySelector("dialog[open]") !== null || this.near?.isOpen === true);
    const lines = need("[data-lines]", root);
    this.log = new Calm(logPane, need("[data-newer=log]", root), ({ id }) => id, (rows) => layLog(lines, rows, this.config.severities), () => need("[data-log-scroll]", root).scrollTop > 8);
    if (!this.config.wall) this.listen();
    startPanes(root, () => undefined, PANES, "room.panes");
    startTabs(root, () => undefined);
    void this.startMap();
    this.stream = new Stream(() => this.addresses(), { alarms: (part) => this.showAlarms(part), log: (part) => this.showLog(part), flows: (part) => layFlows(need("[data-flows]", root), part, this.config.wall), situations: (part) => this.showSituations(part) }, (state) => this.say(state));
    window.setInterval(() => tick(document), TICK_MS);
  }

  private addresses(): { stream: string; board: string } {
    const query = this.query();
    return { stream: `${this.config.stream}?${query}`, board: `${this.config.board}?${query}` };
  }

  /** What the page's own address asks: severity, district, service, wall. */
  private query(): string {
    const own = new URLSearchParams(window.location.search);
    own.delete("pane");
    return own.toString();
  }

  private async startMap(): Promise<void> {
    const host = this.root.querySelector<HTMLElement>("[data-map]");
    if (host === null || host.closest("[hidden]") !== null) return;
    const { RoomMap } = await import("./map");
    this.map = new RoomMap(host, this.config, (key) => this.tray.focus(key));
    this.map.showAlarms(this.lately.alarms);
    this.map.showLines(this.lately.lines);
    this.map.showSituations(this.lately.situations);
  }

  private showAlarms(part: Board["alarms"]): void {
    this.lately = { ...this.lately, alarms: part.rows };
    const ringing = part.rows.filter(({ rings }) => rings).length;
    const count = need("[data-ringing]");
    count.textContent = ringing === 0 ? t("Nothing rings") : tn("%(count)s alarm rings", "%(count)s alarms ring", ringing);
    count.classList.toggle("room__ringing--some", ringing > 0);
    document.title = document.title.replace(/^(\(\d+\) )?/, ringing > 0 ? `(${ringing}) ` : "");
    need("[data-no-alarm]", this.root).hidden = part.rows.length > 0;
    need("[data-cut]", this.root).hidden = !part.is_cut;
    this.alarms.show(grouped(part.rows));
    this.map?.showAlarms(part.rows);
    this.sound?.show(part.rows);
  }

  private showLog(lines: readonly Line[]): void {
    this.lately = { ...this.lately, lines };
    need("[data-no-line]", this.root).hidden = lines.length > 0;
    this.log.show(lines);
    this.map?.showLines(lines);
  }

  private showSituations(rows: readonly Situation[]): void {
    this.lately = { ...this.lately, situations: rows };
    need("[data-no-situation]", this.root).hidden = rows.length > 0;
    laySituations(need("[data-situations]", this.root), rows, this.config.severities);
    this.map?.showSituations(rows);
  }

  private say(state: State): void {
    const live = need("[data-live]");
    const said = words(state, second(state.heard));
    document.body.classList.toggle("room-body--stale", state.kind === "stale" || state.kind === "out");
    if (live.dataset["said"] === said) return;
    live.dataset["said"] = said;
    live.classList.toggle("room__live--bad", state.kind !== "live");
    live.setAttribute("role", state.kind === "live" ? "none" : "status"); // a beat every ten seconds is no news
    live.replaceChildren(icon(state.kind === "live" ? "activity" : "triangle-alert"), said);
  }

  private startSound(): Sound {
    const pressed = need<HTMLButtonElement>("[data-sound]");
    const muted = need("[data-muted]");
    const volume = need<HTMLInputElement>("[data-volume]");
    const sound = new Sound(({ isOn, mutedS }) => {
      const said = !isOn ? t("Sound off") : mutedS > 0 ? t("Muted for %(minutes)s:%(seconds)s", { minutes: String(Math.floor(mutedS / 60)), seconds: String(mutedS % 60).padStart(2, "0") }) : t("Sound on");
      pressed.setAttribute("aria-pressed", String(isOn));
      if (muted.textContent === said) return;
      muted.textContent = said;
      need("[data-sound-icon]").replaceChildren(icon(!isOn ? "volume-x" : mutedS > 0 ? "bell-off" : "volume-2", 20));
    });
    volume.value = String(sound.volume);
    volume.addEventListener("input", () => sound.setVolume(Number(volume.value)));
    pressed.addEventListener("click", () => void sound.toggle());
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-mute]")) button.addEventListener("click", () => sound.mute(Number(button.dataset["mute"])));
    addShortcut("b", t("Sound on or off"), () => void sound.toggle());
    addShortcut("z", t("Mute the sound for five minutes"), () => sound.mute(5));
    return sound;
  }

  private listen(): void {
    const here = (): Alarm | undefined => this.tray.alarm;
    const step = (by: 1 | -1): void => {
      this.alarms.use();
      this.tray.step(by);
    };
    addShortcut("j", t("Next alarm"), () => step(1));
    addShortcut("k", t("Previous alarm"), () => step(-1));
    addShortcut("m", t("To the map, centred on the chosen alarm"), () => this.map?.focus(here()));
    addShortcut("0", t("Show the whole town"), () => this.map?.home());
    addShortcut("u", t("Show what is new"), () => {
      this.alarms.release();
      this.log.release();
    });
    addShortcut("f", t("Full screen, and back"), () => void (document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen()));
    const on = (keys: string, label: string, run: (alarm: Alarm) => void): void => addShortcut(keys, label, () => {
      const alarm = here();
      if (alarm !== undefined) run(alarm);
      else toast(t("Choose an alarm first: j and k move through them."));
    });
    on("v", t("What else happened near the chosen alarm"), (alarm) => this.near?.open(alarm));
    on("o", t("Open the chosen alarm in a new window"), (alarm) => window.open(alarm.url, "_blank", "noopener"));
    if (this.config.takes) {
      on("a", t("Take the chosen alarm"), (alarm) => void this.act("take", alarm, {}));
      on("s", t("Set the chosen alarm aside"), (alarm) => this.askAside(alarm));
    }
    if (this.config.start !== "") on("n", t("Start a situation from the chosen alarm"), (alarm) => startSituation(this.config.start, alarm));
    need("[data-alarms]", this.root).addEventListener("click", (event) => {
      const pressed = (event.target as Element).closest<HTMLElement>("button");
      this.tray.choose((event.target as Element).closest<HTMLElement>("[data-alarm]")?.dataset["alarm"] ?? this.tray.chosen);
      const alarm = here();
      if (pressed === null || alarm === undefined) return;
      if (pressed.dataset["take"] !== undefined) void this.act("take", alarm, {});
      else if (pressed.dataset["aside"] !== undefined) this.askAside(alarm);
      else this.near?.open(alarm);
    });
    this.startFilters();
    this.startAside();
  }

  /** Filters stand in the address; the stream begins anew for them, sound and panes stay as they are. */
  private startFilters(): void {
    const form = need<HTMLFormElement>("[data-filters]");
    const apply = (): void => {
      const own = new URLSearchParams(window.location.search);
      for (const [name, value] of new FormData(form)) {
        if (value === "" || (name === "severity" && value === "1")) own.delete(name);
        else own.set(name, String(value));
      }
      const query = own.toString();
      window.history.replaceState(null, "", query === "" ? window.location.pathname : `?${query}`);
      this.stream.restart();
    };
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      apply();
    });
    this.config.severities.forEach((word, index) => {
      addShortcut(String(index + 1), index === 0 ? t("All severities") : t("From severity %(severity)s on", { severity: word }), () => {
        need<HTMLSelectElement>("[name=severity]", form).value = String(index + 1);
        apply();
      });
    });
  }

  private askAside(alarm: Alarm): void {
    const dialog = need<HTMLDialogElement>("#room-aside");
    dialog.dataset["key"] = alarm.key;
    need("[data-aside-what]", dialog).textContent = `${alarm.title}, ${alarm.about}`;
    dialog.showModal();
  }

  private startAside(): void {
    const dialog = document.querySelector<HTMLDialogElement>("#room-aside");
    if (dialog === null) return;
    const form = need<HTMLFormElement>("form", dialog);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const alarm = this.lately.alarms.find(({ key }) => key === dialog.dataset["key"]);
      const said = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
      dialog.close();
      form.reset();
      if (alarm !== undefined) void this.act("shelve", alarm, said);
    });
    dialog.addEventListener("close", () => this.tray.focus(this.tray.chosen));
  }

  private async act(verb: "take" | "shelve", alarm: Alarm, said: Readonly<Record<string, string>>): Promise<void> {
    try {
      const answer = await send(this.config.acts[verb], { method: "POST", body: new URLSearchParams({ alarm: alarm.key, ...said }) });
      const done = (await answer.json()) as { changed: number; act: string; said: string };
      if (done.changed === 0) toast(t("Left as it is: somebody was quicker, or it is over."));
      else toast(done.said, { tone: "success", undo: () => void this.undo(done.act) });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      toast(error.message, { tone: "error" });
    }
  }

  private async undo(act: string): Promise<void> {
    try {
      await send(this.config.acts.undo.replace("ACT", act), { method: "POST" });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      toast(error.message, { tone: "error" });
    }
  }
}

export default function start(root: HTMLElement): void {
  new Room(root);
}
