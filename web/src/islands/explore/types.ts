// What the server answers to one selection; see src/quietude/portal/explore/views/answer.py, which writes it.
import type { Geometry } from "geojson";

export type Mode = "points" | "heat" | "hexes" | "zones";
export type Measure = "count" | "rate";
export type Grain = "day" | "week" | "month" | "year";

export interface Row {
  readonly id: string;
  readonly day: string;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly severity: number;
}

export interface Series {
  readonly code: string;
  readonly label: string;
  /** Index of the colour among the categories' eight, null for "others". */
  readonly colour: number | null;
  readonly counts: readonly number[];
}

export interface Timeline {
  readonly grain: Grain;
  /** First day of each bar. */
  readonly starts: readonly string[];
  /** Last day of each bar. */
  readonly ends: readonly string[];
  readonly labels: readonly string[];
  readonly around: readonly number[];
  readonly selected: readonly number[];
  /** The same by family, when asked for. */
  readonly families: readonly Series[];
  /** Days of the period, an open end closed by the data; null without a period. */
  readonly period: readonly [string, string] | null;
  /** Days that the question itself says. */
  readonly asked: readonly [string | null, string | null];
  readonly data: readonly [string, string] | null;
}

export interface ZoneRow {
  readonly code: string;
  readonly name: string;
  readonly count: number;
  readonly rate: number | null;
}

export interface Zones {
  readonly level: string;
  readonly rows: readonly ZoneRow[];
  readonly outside: number;
  /** Lower bounds of the classes of each measure, in rising order. */
  readonly breaks: Readonly<Record<Measure, readonly number[]>>;
  readonly chosen: readonly string[];
}

export interface Answer {
  /** What stands after the question mark of the page's address. */
  readonly query: string;
  /** The filter's part of it. */
  readonly filter: string;
  readonly text: string;
  readonly title: string;
  readonly total: number;
  readonly unlocated: number;
  readonly html: Readonly<Record<"chips" | "summary" | "list", string>>;
  readonly rows: readonly Row[];
  readonly timeline: Timeline;
  readonly map: { readonly mode: Mode; readonly level: string; readonly measure: Measure; readonly colour: "severity" | "family"; readonly at: readonly [number, number, number] | null };
  readonly zones: Zones | null;
  /** What was drawn: box, outline or circle. */
  readonly area: Geometry | null;
  /** West, south, east, north of the places that the question names; null when it names none. */
  readonly bounds: readonly [number, number, number, number] | null;
  readonly severities: readonly [number, number] | null;
  readonly categories: readonly string[];
  /** Template of the tiles of this selection. */
  readonly tiles: string;
}

export interface Level {
  readonly name: string;
  readonly label: string;
  readonly zones: string;
  readonly population: boolean;
}

/** What stays the same while the page is open. */
export interface Config {
  readonly urls: Readonly<Record<"page" | "answer" | "suggest" | "hexes" | "labels" | "card" | "here" | "zoneTable" | "views" | "exported", string>>;
  readonly levels: readonly Level[];
  readonly bounds: readonly [number, number, number, number];
  readonly context: string | null;
  readonly baseMap: { readonly url: string; readonly attribution: string } | null;
  readonly approximate: string | null;
  readonly families: readonly { readonly code: string; readonly label: string; readonly colour: number | null }[];
  readonly severities: readonly string[];
  /** Whether this reader may see exact places; without them only zones are drawn. */
  readonly exact: boolean;
}
