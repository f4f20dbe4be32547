// Builds static/dist from static/src: `node static/build.mjs` from the repository root.
// Bundles, minifies, gives every file a name with its hash, and writes manifest.json (asset name -> hashed file), chunks.json
// (script -> what it imports, to be fetched with it), sw.js (served at the root, so it keeps its name) and a .br and .gz beside each text file for WhiteNoise.
// `--watch` rebuilds on change, unminified and uncompressed.
import * as esbuild from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const HERE = dirname(fileURLToPath(import.meta.url));
const SRC = join(HERE, 'src');
const DIST = join(HERE, 'dist');
const watch = process.argv.includes('--watch');
const OUT = watch ? DIST : join(HERE, `dist.new.${process.pid}`);          // built aside, then moved in: a failed build leaves the old one
const TARGET = ['chrome111', 'firefox113', 'safari16.2', 'ios16.2'];
const KEEP_MS = 7 * 24 * 3600 * 1000;
const TEXT = new Set(['.js', '.css', '.svg', '.txt']);

const options = {
  absWorkingDir: dirname(HERE),
  entryPoints: ['site.css', 'app.ts', 'arrange.ts', 'note.ts', 'note_together.ts', 'note.css', 'reading.css', 'desk.css', 'history.ts', 'history.css', 'search.ts', 'imports.ts', 'suggest.ts', 'suggest.css', 'stage.ts', 'station.ts', 'queue.css', 'before.ts', 'scoring.css', 'screen.ts', 'screen.css', 'day.css', 'board.ts', 'board.css', 'board_run.ts', 'plenary.ts', 'plenary.css', 'boards_set_up.css', 'bazaar.css', 'board_print.css', 'followups.css'].map(name => join(SRC, name)),
  outdir: OUT, bundle: true, splitting: true, format: 'esm', minify: !watch, metafile: true, target: TARGET,
  sourcemap: watch ? 'inline' : false, legalComments: 'none', logLevel: 'warning',
  entryNames: '[name]-[hash]', chunkNames: 'chunk-[hash]', assetNames: 'fonts/[name]-[hash]', loader: { '.woff2': 'file' },
};

const hash = body => createHash('sha256').update(body).digest('hex').slice(0, 8).toUpperCase();
const url = file => '/static/dist/' + file;

/** Asset names templates use -> files just written. `arrange.ts` is asked for as `arrange.js`. */
function manifestOf(metafile) {
  const manifest = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const file = relative(OUT, join(dirname(HERE), path));
    if (output.entryPoint) manifest[basename(output.entryPoint).replace(/\.ts$/, '.js')] = file;
    if (/atkinson-hyperlegible-next-latin-wght-normal/.test(file)) manifest['fonts/atkinson.woff2'] = file;
    if (/bricolage/.test(file)) manifest['fonts/bricolage.woff2'] = file;
  }
  for (const name of readdirSync(join(SRC, 'img'))) {
    const body = readFileSync(join(SRC, 'img', name));
    const file = `${basename(name, extname(name))}-${hash(body)}${extname(name)}`;
    writeFileSync(join(OUT, file), body);
    manifest[name] = file;
  }
  return Object.fromEntries(Object.entries(manifest).sort());
}

/** What a script imports when it starts, however deep. */
function chunksOf(metafile, manifest, name) {
  const outputs = Object.fromEntries(Object.entries(metafile.outputs).map(([path, output]) => [relative(OUT, join(dirname(HERE), path)), output]));
  const found = new Set(), todo = [manifest[name]];
  while (todo.length) {
    for (const { path, kind } of outputs[todo.pop()]?.imports ?? []) {
      const file = relative(OUT, join(dirname(HERE), path));
      if (kind === 'import-statement' && !found.has(file)) { found.add(file); todo.push(file); }
    }
  }
  return [...found];
}

/** The service worker keeps a stable name; what it keeps for offline use is written into it. */
function writeWorker(manifest, metafile) {
  const names = ['site.css', 'app.js', 'icons.svg', 'mark.svg', 'fonts/atkinson.woff2', 'fonts/bricolage.woff2'];
  const keep = [...names.map(k => manifest[k]), ...chunksOf(metafile, manifest, 'app.js')].map(url);
  const built = esbuild.buildSync({
    entryPoints: [join(SRC, 'sw.ts')], bundle: true, write: false, format: 'iife', minify: !watch, target: TARGET,
    define: { __VERSION__: JSON.stringify(hash(JSON.stringify(manifest))), __KEEP__: JSON.stringify(keep) },
  });
  writeFileSync(join(OUT, 'sw.js'), built.outputFiles[0].contents);
}

function compress() {
  for (const name of readdirSync(OUT, { recursive: true })) {
    const path = join(OUT, name);
    if (!TEXT.has(extname(path)) || statSync(path).size < 200) continue;
    const body = readFileSync(path);
    writeFileSync(path + '.gz', gzipSync(body, { level: 9 }));
    writeFileSync(path + '.br', brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }));
  }
}

function finish(metafile) {
  const manifest = manifestOf(metafile);
  writeWorker(manifest, metafile);
  const chunks = Object.fromEntries(Object.keys(manifest).filter(name => name.endsWith('.js')).map(name => [name, chunksOf(metafile, manifest, name)]));
  writeFileSync(join(OUT, 'chunks.json'), JSON.stringify(chunks, null, 1) + '\n');
  writeFileSync(join(OUT, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n');
  if (!watch) compress();
}

/** New files in, the manifest last, so that a running server never sees half a build. Files of earlier builds stay a week:
 *  pages opened before an upgrade still ask for them. */
function swapIn() {
  const built = readdirSync(OUT, { recursive: true }).filter(name => statSync(join(OUT, name)).isFile());
  built.sort((a, b) => (a === 'manifest.json') - (b === 'manifest.json'));
  for (const name of built) {
    mkdirSync(dirname(join(DIST, name)), { recursive: true });
    renameSync(join(OUT, name), join(DIST, name));
  }
  rmSync(OUT, { recursive: true });
  for (const name of readdirSync(DIST, { recursive: true })) {
    const old = statSync(join(DIST, name));
    if (old.isFile() && !built.includes(name) && Date.now() - old.mtimeMs > KEEP_MS) rmSync(join(DIST, name));
  }
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
if (watch) {
  const onEnd = { name: 'finish', setup(build) { build.onEnd(result => { if (result.metafile) finish(result.metafile); }); } };
  await (await esbuild.context({ ...options, plugins: [onEnd] })).watch();
} else {
  finish((await esbuild.build(options)).metafile);
  swapIn();
}
