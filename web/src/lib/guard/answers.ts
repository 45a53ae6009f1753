// What the writer chose for each finding, and what of it goes with the form: kinds, choices and reasons, never the words.

import type { Finding } from "./engine";

export interface Passage {
  /** The same words of the same kind are one passage, however often they stand in the text. */
  readonly key: string;
  readonly words: string;
  readonly kind: Finding["kind"];
  readonly places: readonly Finding[];
}
interface Answer {
  readonly kind: string;
  readonly seenAt: number;
  reason: string | null;
}

const READ_MS = 1000; // shown for less, it was half a word on its way to another

/** Return the passages of a text: its findings, the same words once. */
export function passages(text: string, findings: readonly Finding[]): Passage[] {
  const found = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.kind.code}\n${text.slice(finding.begin, finding.end).toLowerCase()}`;
    found.set(key, [...(found.get(key) ?? []), finding]);
  }
  return [...found].flatMap(([key, places]) => {
    const first = places[0];
    return first === undefined ? [] : [{ key, words: text.slice(first.begin, first.end), kind: first.kind, places }];
  });
}

export class Answers {
  private readonly here = new Map<string, Answer>();
  private readonly changed = new Map<string, string>();

  /** Take note of what the text holds now; what was read and is gone was changed. */
  look(current: readonly Passage[], now: number): void {
    const keys = new Set(current.map((passage) => passage.key));
    for (const [key, answer] of this.here) {
      if (keys.has(key)) continue;
      this.here.delete(key);
      if (now - answer.seenAt >= READ_MS) this.changed.set(key, answer.kind);
    }
    for (const passage of current) {
      this.changed.delete(passage.key);
      if (!this.here.has(passage.key)) this.here.set(passage.key, { kind: passage.kind.code, seenAt: now, reason: null });
    }
  }

  /** Note that the passage is about to be replaced, however short it was seen. */
  replace(passage: Passage): void {
    this.here.delete(passage.key);
    this.changed.set(passage.key, passage.kind.code);
  }

  keep(passage: Passage, reason: string | null): void {
    const answer = this.here.get(passage.key);
    if (answer !== undefined) answer.reason = reason;
  }

  reason(passage: Passage): string | null {
    return this.here.get(passage.key)?.reason ?? null;
  }

  /** What the form carries, as quietude.guard.choices reads it. */
  toJson(): string {
    const changed = [...this.changed.values()].map((kind) => ({ kind, choice: "changed" }));
    const here = [...this.here.values()].map(({ kind, reason }) => (reason === null ? { kind, choice: "left" } : { kind, choice: "kept", reason }));
    const all = [...changed, ...here];
    return all.length === 0 ? "" : JSON.stringify(all);
  }
}
