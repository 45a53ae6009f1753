// Addresses of built files that scripts need at run time (workers, the sprite of icons).

let known: Readonly<Record<string, string>> | undefined;

/** Return the address of a built file by its plain name, such as "icons.svg" or "map-worker.js". */
export function asset(name: string): string {
  known ??= JSON.parse(document.getElementById("assets")?.textContent ?? "{}") as Readonly<Record<string, string>>;
  const address = known[name];
  if (address === undefined) throw new Error(`no built file named "${name}"`);
  return address;
}
