// Runs the browser's engine under Node: reads {"engine": path, "rules": {...}, "asked": [[text, regime, field], ...]} as JSON
// from the standard input, writes the findings of each as [[begin, end, kind], ...], places in UTF-16 units.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { engine, rules, asked } = JSON.parse(readFileSync(0, "utf8"));
const { guardOf } = await import(pathToFileURL(engine).href);
const findings = guardOf(rules);
const answers = asked.map((ask) => findings(...ask).map(({ begin, end, kind }) => [begin, end, kind.code]));
process.stdout.write(JSON.stringify(answers));
