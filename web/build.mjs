// Bundles the islands and the styles into the portal's static files: hashed names, and a manifest that says which is which.
// Called by tools/build_web.py, which also hands over the words to translate: node build.mjs OUTPUT WORDS_FOLDER GUARD_RULES
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompress, constants, gzip } from "node:zlib";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import { drawIcons } from "./icons.mjs";

const root = path.dirname(fileURLToPath(import.meta.url));
const [output, words, guardRules] = process.argv.slice(2);
if (output === undefined || words === undefined || guardRules === undefined) {
  console.error("usage: node build.mjs OUTPUT WORDS_FOLDER GUARD_RULES");
  process.exit(2);
}
const making = `${output}.making`;

/** Names of the files of one folder with one extension, without it. */
async function names(folder, extension) {
  if (!existsSync(path.join(root, folder))) return []; // git keeps no empty folder
  const files = await readdir(path.join(root, folder));
  return files.filter((file) => file.endsWith(extension) && !file.endsWith(`.d${extension}`)).map((file) => file.slice(0, -extension.length)).sort();
}

/** Island's name to its file: src/islands/name.ts, or src/islands/name/index.ts for one of several modules. */
async function islandFiles() {
  const files = new Map((await names("src/islands", ".ts")).map((name) => [name, `src/islands/${name}.ts`]));
  for (const entry of await readdir(path.join(root, "src/islands"), { withFileTypes: true })) {
    if (entry.isDirectory() && existsSync(path.join(root, "src/islands", entry.name, "index.ts"))) files.set(entry.name, `src/islands/${entry.name}/index.ts`);
  }
  return files;
}

/** A module that maps each island's name to its loader, so that a new file in src/islands needs no registration. */
const islands = {
  name: "islands",
  setup(build) {
    build.onResolve({ filter: /^quietude:islands$/ }, () => ({ path: "islands", namespace: "quietude" }));
    build.onLoad({ filter: /.*/, namespace: "quietude" }, async () => {
      const loaders = [...(await islandFiles())].map(([name, file]) => `  "${name}": () => import("./${file}"),`);
      return { contents: `export const islands = {\n${loaders.join("\n")}\n};`, loader: "js", resolveDir: root };
    });
  },
};

/** The rules of the guard on free text, which tools/build_web.py wrote from quietude.guard. */
const guard = {
  name: "guard",
  setup(build) {
    build.onResolve({ filter: /^quietude:guard$/ }, () => ({ path: path.resolve(guardRules) }));
  },
};

/** The dark tokens a second time, for "as the device says", so that they are written once. */
const deviceTheme = {
  name: "device theme",
  setup(build) {
    build.onLoad({ filter: /[/]tokens[.]css$/ }, async ({ path: file }) => {
      const tokens = await readFile(file, "utf8");
      const dark = /\[data-theme="dark"\] (\{[^}]*\})/.exec(tokens)?.[1];
      if (dark === undefined) throw new Error(`${file}: no block [data-theme="dark"]`);
      return { contents: `${tokens}\n@media screen and (prefers-color-scheme: dark) { [data-theme="auto"] ${dark} }`, loader: "css" };
    });
  },
};

/** One file of symbols, from the Lucide icons that src/icons.json names and our own in src/icons. */
async function sprite() {
  const wanted = JSON.parse(await readFile(path.join(root, "src/icons.json"), "utf8"));
  const own = await names("src/icons", ".svg");
  const symbols = [];
  for (const name of [...own, ...wanted]) {
    const folder = own.includes(name) ? path.join(root, "src/icons") : path.join(root, "node_modules/lucide-static/icons");
    const svg = await readFile(path.join(folder, `${name}.svg`), "utf8").catch(() => {
      throw new Error(`src/icons.json: no icon named "${name}" in lucide-static; see https://lucide.dev/icons`);
    });
    const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replaceAll(/\s+/g, " ").trim();
    symbols.push(
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${drawing}</symbol>`,
    );
  }
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  const file = `icons-${createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  await writeFile(path.join(making, file), text);
  await copyFile(path.join(root, "src/favicon.svg"), path.join(making, "favicon.svg"));
  return { file, names: [...own, ...wanted] };
}

async function bundle() {
  const entryPoints = [
    { in: "src/main.ts", out: "main" },
    { in: "src/early.ts", out: "early" },
    { in: "src/styles/main.css", out: "main" },
    { in: "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs", out: "maplibre-gl-worker" },
    ...(await names("src/styles/pages", ".css")).map((name) => ({ in: `src/styles/pages/${name}.css`, out: name })),
    ...(await names("src/workers", ".ts")).map((name) => ({ in: `src/workers/${name}.ts`, out: name })),
    ...(await readdir(words)).map((file) => ({ in: path.join(words, file), out: path.parse(file).name })),
  ];
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints,
    outdir: making,
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    sourcemap: false,
    target: ["es2022", "chrome109", "firefox115", "safari16.4"],
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "asset-[name]-[hash]",
    loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
    legalComments: "linked",
    metafile: true,
    logLevel: "warning",
    plugins: [islands, guard, deviceTheme],
  });
  const { outputs } = result.metafile;
  const files = {};
  const entryNames = new Map(entryPoints.map((entry) => [path.relative(root, path.resolve(root, entry.in)), entry.out]));
  for (const [file, made] of Object.entries(outputs)) {
    const name = made.entryPoint === undefined ? undefined : entryNames.get(made.entryPoint);
    if (name !== undefined) files[`${name}${path.extname(file)}`] = path.basename(file);
  }
  const lost = [...entryNames].filter(([file, name]) => files[`${name}${path.extname(file) === ".css" ? ".css" : ".js"}`] === undefined);
  // esbuild names an entry by where it really lies: a linked node_modules would leave the map without its worker.
  if (lost.length > 0) throw new Error(`not found again among what was built: ${lost.map(([file]) => file).join(", ")}; is node_modules a link?`);
  const chunks = {};
  const kept = new Set();
  imported(Object.keys(outputs).find((file) => outputs[file].entryPoint === "src/main.ts"), outputs, kept);
  for (const [name, source] of await islandFiles()) {
    const own = Object.keys(outputs).find((file) => outputs[file].entryPoint === source);
    if (own !== undefined) chunks[name] = [...reached(own, outputs)].map((file) => path.basename(file));
    if (own !== undefined && KEPT_ISLANDS.includes(name)) imported(own, outputs, kept);
  }
  for (const file of Object.keys(outputs)) if (file.endsWith(".woff2")) kept.add(file);
  return { files, chunks, kept: [...kept].map((file) => path.basename(file)) };
}

/** Islands of the pages that work without network, and what else these pages load; the map is not among them: its tiles are not kept. */
const KEPT_ISLANDS = ["dictation", "entry", "guard", "network", "night", "seen", "toast", "waiting"];
const KEPT_FILES = ["main.js", "early.js", "words-fr.js", "words-en.js", "main.css", "logbook.css", "shifts.css", "offline.css", "icons.svg", "favicon.svg"];

/** The worker of the pages without network: one classic script, told which files of this build it keeps. */
async function worker(files, kept) {
  const build = createHash("sha256").update(kept.join("\n")).digest("hex").slice(0, 16);
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [{ in: "src/worker.ts", out: "worker" }],
    outdir: making,
    bundle: true,
    format: "iife",
    minify: true,
    target: ["es2022", "chrome109", "firefox115", "safari16.4"],
    entryNames: "[name]-[hash]",
    define: { BUILD: JSON.stringify(build), FILES: JSON.stringify(kept.map((file) => `/static/dist/${file}`)) },
    metafile: true,
    logLevel: "warning",
  });
  files["worker.js"] = path.basename(Object.keys(result.metafile.outputs)[0]);
}

/** The scripts that a chunk cannot do without. */
function imported(file, outputs, found = new Set()) {
  found.add(file);
  for (const link of outputs[file].imports) if (!link.external && link.kind === "import-statement" && !found.has(link.path)) imported(link.path, outputs, found);
  return found;
}

/** The scripts that an island needs: its own chunk, what that imports, and what it loads on demand itself. */
function reached(file, outputs) {
  const found = new Set([file]);
  const follow = (from, isOwn) => {
    for (const link of outputs[from].imports) {
      if (link.external || found.has(link.path) || (link.kind === "dynamic-import" && !isOwn)) continue;
      found.add(link.path);
      follow(link.path, false);
    }
  };
  follow(file, true);
  return found;
}

/** Beside each text, the same compressed, which the server hands out as it is; only where it is smaller by a tenth. */
async function compress() {
  for (const file of await readdir(making)) {
    if (![".js", ".css", ".svg"].includes(path.extname(file))) continue;
    const whole = await readFile(path.join(making, file));
    const [brotli, zipped] = await Promise.all([
      promisify(brotliCompress)(whole, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }), // 11 is 20 times slower for 3 %
      promisify(gzip)(whole, { level: 9 }),
    ]);
    if (brotli.length < 0.9 * whole.length) await writeFile(path.join(making, `${file}.br`), brotli);
    if (zipped.length < 0.9 * whole.length) await writeFile(path.join(making, `${file}.gz`), zipped);
  }
}

await rm(making, { recursive: true, force: true });
await mkdir(making, { recursive: true });
const { files, chunks, kept } = await bundle();
const icons = await sprite();
files["icons.svg"] = icons.file;
files["favicon.svg"] = "favicon.svg";
Object.assign(files, await drawIcons(path.join(root, "src/favicon.svg"), making));
await worker(files, [...new Set([...kept, ...KEPT_FILES.map((name) => files[name])])].sort());
await writeFile(path.join(making, "manifest.json"), JSON.stringify({ files, chunks, icons: icons.names }, null, 1));
await compress();
// Two renames, so that whoever reads meanwhile misses the files for no longer than that.
const before = `${output}.before`;
await rm(before, { recursive: true, force: true });
if (existsSync(output)) await rename(output, before);
await rename(making, output);
await rm(before, { recursive: true, force: true });
