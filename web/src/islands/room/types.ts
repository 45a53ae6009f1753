// What the server sends of the room; see src/quietude/portal/room, which writes it.
import type { Ground } from "../explore/map/basemap";

/** Longitude and latitude, in degrees. */
export type Point = readonly [number, number];

export interface Alarm {
  readonly key: string;
  readonly rule: string;
  readonly severity: number;
  readonly title: string;
  readonly about: string;
  readonly state: string;
  readonly rings: boolean;
  readonly began: string;
  readonly ended: string | null;
  readonly facts: number;
  readonly instruction: string;
  /** Kind of the rule's condition: what it sounds like. */
  readonly sound: string;
  readonly exercise: boolean;
  readonly point: Point | null;
  readonly by: string;
  readonly url: string;
  readonly explore: string;
}

export interface Line {
  readonly id: string;
  readonly kind: "fact" | "entry" | "act";
  readonly at: string;
  readonly severity: number;
  readonly icon: string;
  readonly title: string;
  readonly where: string;
  readonly source: string;
  readonly exercise: boolean;
  readonly point: Point | null;
  readonly url: string;
}

export interface Flow {
  readonly name: string;
  readonly title: string;
  readonly state: string;
  readonly said: string;
  readonly icon: string;
  readonly last: string | null;
  readonly waiting: number;
  readonly url: string;
}

export interface Situation {
  readonly key: string;
  readonly title: string;
  readonly where: string;
  readonly priority: number;
  readonly icon: string;
  readonly opened: string;
  readonly state: string;
  readonly next: string;
  readonly late: boolean;
  readonly exercise: boolean;
  readonly point: Point | null;
  readonly url: string;
}

export interface Board {
  readonly alarms: { readonly rows: readonly Alarm[]; readonly is_cut: boolean };
  readonly log: readonly Line[];
  readonly flows: readonly Flow[];
  readonly situations: readonly Situation[];
}

export interface NearLine extends Omit<Line, "kind"> {
  readonly distance: number | null;
  readonly apart_s: number;
  readonly before: boolean;
  readonly reason: string;
}

export interface Nearby {
  readonly point: Point | null;
  readonly radius: number;
  readonly minutes: number;
  readonly after: number;
  readonly began: string;
  readonly rows: readonly NearLine[];
  readonly is_cut: boolean;
}

export interface Config {
  readonly stream: string;
  readonly board: string;
  /** With KEY in the place of an alarm's key. */
  readonly near: string;
  readonly acts: Readonly<Record<"take" | "shelve" | "undo", string>>;
  /** Where a situation is started from an alarm; "" for whoever may not. */
  readonly start: string;
  readonly ground: Ground;
  readonly bounds: readonly [number, number, number, number];
  readonly wall: boolean;
  readonly takes: boolean;
  readonly severities: readonly string[];
  readonly timezone: string;
}
