// Words of the screen, translated: the message is the English text, as in the templates.

type Catalogue = Readonly<Record<string, string | readonly string[]>>;

declare global {
  var quietudeWords: { readonly language: string; readonly catalogue: Catalogue } | undefined;
  var quietudeWordsBeside: Catalogue | undefined; // of an island that alone says them
}

/** Language of the page, "fr" or "en". */
export const language = document.documentElement.lang || "fr";

function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/%\((\w+)\)s/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

const said = (message: string): string | readonly string[] | undefined => globalThis.quietudeWords?.catalogue[message] ?? globalThis.quietudeWordsBeside?.[message];

/** Return `message` in the page's language, with each `%(name)s` replaced; numbers are written as the language does. */
export function t(message: string, values: Readonly<Record<string, string | number>> = {}): string {
  const found = said(message);
  return filled(typeof found === "string" ? found : message, values);
}

/** Return `one` or `many` by `count` in the page's language; `%(count)s` is the count itself. */
export function tn(one: string, many: string, count: number, values: Readonly<Record<string, string | number>> = {}): string {
  const found = said(one);
  const isSingular = language === "fr" ? Math.abs(count) < 2 : count === 1;
  const forms = Array.isArray(found) ? (found as readonly string[]) : [one, many];
  return filled((isSingular ? forms[0] : forms[1]) ?? many, { count, ...values });
}

/** Language of dates and times: day before month, 24 hours. */
export const dates = language === "en" ? "en-GB" : language;

const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/** Return a number as the page's language writes it: 18 214 in French, 18,214 in English. */
export function number(value: number): string {
  return plain.format(value);
}
