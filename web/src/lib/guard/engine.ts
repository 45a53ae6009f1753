// Finds what the guard's rules mark, in the browser: the same rules and the same steps as quietude.guard.engine, so that
// what is marked as it is typed is what the server finds when it is saved. One corpus tests both (tests/guard).

export type Level = "forbidden" | "identity" | "caution";
export interface Kind {
  readonly code: string;
  readonly level: Level;
  readonly name: Readonly<Record<string, string>>;
  readonly remedy: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}
interface Rule {
  readonly kind: string;
  readonly pattern: string;
  readonly cased?: boolean;
  readonly anywhere?: boolean;
  readonly not_before?: string;
  readonly not_after?: string;
  readonly needs_before?: string;
  readonly needs?: string;
  readonly check?: string;
}
export interface RuleBook {
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly rules: readonly Rule[];
  readonly reasons: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly speech: string;
  readonly window: number;
  readonly table: Readonly<Record<string, string>>;
  readonly lineEnd: string;
}
/** One stretch of a text that should not stand there; places as JavaScript counts them, in UTF-16 units. */
export interface Finding {
  readonly begin: number;
  readonly end: number;
  readonly kind: Kind;
}
type Span = readonly [number, number];
interface Ready {
  readonly rule: Rule;
  readonly pattern: RegExp;
  readonly notBefore: RegExp | null;
  readonly notAfter: RegExp | null;
  readonly needsBefore: RegExp | null;
  readonly needs: RegExp | null;
  readonly check: ((text: string) => boolean) | null;
}
interface Folded {
  readonly cased: string;
  readonly lower: string;
  readonly origins: readonly number[];
}

const FEWEST_DIGITS = 10;
const CHECKS: Readonly<Record<string, (text: string) => boolean>> = { iban: isIban, nir: isNir };

/** Return what finds in a text, written under a regime in a field, what should not stand there. */
export function guardOf(book: RuleBook): (text: string, regime?: string, field?: string) => Finding[] {
  const ready = book.rules.map(prepared);
  const speech = new RegExp(book.speech);
  return (text, regime = "", field = "text") => {
    const folded = fold(text, book.table);
    const taken: Span[] = [];
    const kept: Span[] = [];
    const quoted = quotes(folded.lower, speech, book);
    const found: Finding[] = [];
    for (const each of ready) {
      for (const span of matches(each, folded, book.window)) {
        if (each.rule.kind === "") {
          kept.push(span);
          continue;
        }
        if (touches(span, taken) || (each.rule.anywhere !== true && (touches(span, kept) || touches(span, quoted)))) continue;
        taken.push(span);
        const kind = book.kinds[each.rule.kind];
        if (kind === undefined || (kind.fields[field] ?? []).includes(regime)) continue;
        found.push({ begin: folded.origins[span[0]] ?? 0, end: folded.origins[span[1]] ?? text.length, kind });
      }
    }
    return found.sort((one, other) => one.begin - other.begin);
  };
}

function prepared(rule: Rule): Ready {
  const compiled = (pattern: string | undefined): RegExp | null => (pattern === undefined ? null : new RegExp(pattern));
  return {
    rule,
    pattern: new RegExp(rule.pattern, "dg"), // d: where the first group is
    notBefore: compiled(rule.not_before),
    notAfter: compiled(rule.not_after),
    needsBefore: compiled(rule.needs_before),
    needs: compiled(rule.needs),
    check: rule.check === undefined ? null : (CHECKS[rule.check] ?? null),
  };
}

function* matches(ready: Ready, folded: Folded, window: number): Generator<Span> {
  if (ready.needs !== null && !ready.needs.test(folded.lower)) return;
  for (const match of (ready.rule.cased === true ? folded.cased : folded.lower).matchAll(ready.pattern)) {
    const [begin, whole] = match.indices?.[1] ?? match.indices?.[0] ?? [0, 0];
    const before = folded.lower.slice(Math.max(0, begin - window), begin);
    const after = folded.lower.slice(whole, whole + window);
    if (ready.notBefore?.test(before) === true || ready.notAfter?.test(after) === true) continue;
    if (ready.needsBefore !== null && !ready.needsBefore.test(before)) continue;
    const end = ready.check === null ? whole : begin + checkedLength(folded.lower.slice(begin, whole), ready.check);
    if (end > begin) yield [begin, end];
  }
}

function checkedLength(given: string, check: (text: string) => boolean): number {
  let candidate = given;
  while (candidate !== "" && !check(candidate)) {
    candidate = candidate.slice(0, Math.max(0, candidate.lastIndexOf(" "), candidate.lastIndexOf("."), candidate.lastIndexOf("-")));
  }
  return candidate.length;
}

function quotes(lower: string, speech: RegExp, book: RuleBook): Span[] {
  const found: Span[] = [];
  let at = 0;
  for (let begin = lower.indexOf('"'); begin >= 0; begin = lower.indexOf('"', at)) {
    const ends = [lower.indexOf('"', begin + 1), lower.indexOf(book.lineEnd, begin + 1)].filter((place) => place >= 0);
    const end = ends.length > 0 ? Math.min(...ends) : lower.length;
    if (speech.test(lower.slice(Math.max(0, begin - book.window), begin))) found.push([begin, end]);
    at = end + 1;
  }
  return found;
}

function touches(span: Span, others: readonly Span[]): boolean {
  return others.some(([begin, end]) => span[0] < end && begin < span[1]);
}

function fold(text: string, table: Readonly<Record<string, string>>): Folded {
  const pieces: string[] = [];
  const origins: number[] = [];
  let place = 0;
  for (const character of text) {
    for (const part of folded(character, table)) {
      pieces.push(part);
      origins.push(place);
    }
    place += character.length;
  }
  origins.push(text.length);
  const cased = pieces.join("");
  return { cased, lower: cased.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()), origins };
}

const OTHER = "\ufffd"; // one unit in both languages, where a character of the upper planes would be one or two

function folded(character: string, table: Readonly<Record<string, string>>): string {
  if (character >= " " && character < "\x7f") return character;
  const found = table[character];
  if (found !== undefined) return found;
  let made = "";
  for (const part of character.normalize("NFKD")) {
    if (part >= "\u0300" && part <= "\u036f") continue;
    made += part.length > 1 ? OTHER : (table[part] ?? part);
  }
  return made;
}

function remainder(digits: string): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest;
}

function isIban(text: string): boolean {
  const plain = text.replaceAll(/[^a-z0-9]/g, "");
  if (plain.length < 15 || plain.length > 34 || plain.replaceAll(/[^0-9]/g, "").length < FEWEST_DIGITS) return false;
  return remainder([...plain.slice(4), ...plain.slice(0, 4)].map((sign) => String(Number.parseInt(sign, 36))).join("")) === 1;
}

function isNir(text: string): boolean {
  const plain = text.replaceAll(/[^a-z0-9]/g, "");
  const place = { "2a": "19", "2b": "18" }[plain.slice(5, 7)] ?? plain.slice(5, 7);
  const number = plain.slice(0, 5) + place + plain.slice(7);
  return /^[0-9]{15}$/.test(number) && 97 - remainder(number.slice(0, 13)) === Number(number.slice(13));
}
