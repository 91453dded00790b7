// Makes dist/web of the page's sources: entries with their content's hash in the name, chunks that load when they are
// needed, index.html with the real names in it, `.br` and `.gz` beside each text, and manifest.json for the server.
// Called by build.mjs, which writes what this returns.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** @typedef {Map<string, Uint8Array>} Files path below `dist` → content */
/** @typedef {import('esbuild').BuildOptions & {write: false, metafile: true, absWorkingDir: string}} Common */

const pageEntry = 'web/src/main.ts'
const styleEntry = 'web/src/styles/main.css'
const workerEntry = 'web/src/net/live-worker.ts'

const contentTypes = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
  ['.ico', 'image/x-icon'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.json', 'application/json'],
  ['.map', 'application/json'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.ttf', 'font/ttf'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json'],
  ['.woff', 'font/woff'],
  ['.woff2', 'font/woff2'],
])
const compressible = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.webmanifest'])

/** @param {typeof import('esbuild')} esbuild @param {Common} common
 * @param {{version: string, compressed: boolean, statics: string[]}} about `statics`: files below web/static, served as they are
 * @returns {Promise<Files>} */
export async function bundleWeb(esbuild, common, { version, compressed, statics }) {
  const options = optionsOf(common)
  // The worker first: the page must know its URL. In one plain file, which loads as a classic and as a module worker.
  const worker = await esbuild.build({ ...options, entryPoints: [workerEntry], format: 'iife' })
  const page = await esbuild.build({
    ...options,
    entryPoints: [pageEntry, styleEntry],
    splitting: true,
    define: { ...common.define, __LIVE_WORKER_URL__: JSON.stringify(urlOf(worker.metafile, workerEntry)) },
  })
  /** @type {Files} */
  const files = new Map()
  for (const { path, contents } of [...worker.outputFiles, ...page.outputFiles]) {
    files.set(`web/assets/${path.split(/[\\/]/).at(-1)}`, contents)
  }
  for (const path of statics) files.set(path.replace('web/static/', 'web/'), read(common, path))
  files.set('web/index.html', text(indexHtml(read(common, 'web/index.html').toString(), page.metafile)))
  if (compressed) await compress(files)
  return files.set('web/manifest.json', text(JSON.stringify(manifestOf(files, version), null, 1)))
}

/** @param {Common} common */
function optionsOf(common) {
  return {
    ...common,
    outdir: 'dist/web',
    entryNames: 'assets/[name]-[hash]',
    chunkNames: 'assets/[name]-[hash]',
    assetNames: 'assets/[name]-[hash]',
    publicPath: '/',
    // Colours and nesting go to the browser as they stand: the page's CSS is written for the browsers of 2024.
    target: 'es2022',
    minify: true,
    loader: /** @type {const} */ ({
      '.woff2': 'file',
      '.woff': 'file',
      '.ttf': 'file',
      '.svg': 'file',
      '.png': 'file',
    }),
  }
}

/** web/index.html names its sources (`/src/main.ts`, `/src/styles/main.css`); here they become what was made of them,
 * and the chunks that the page cannot start without are asked for at once.
 * @param {string} html @param {import('esbuild').Metafile} metafile */
function indexHtml(html, metafile) {
  for (const source of [pageEntry, styleEntry]) {
    const named = `"${source.replace('web/', '/')}"`
    if (!html.includes(named)) throw new Error(`web/index.html does not name ${named}`)
    html = html.replaceAll(named, `"${urlOf(metafile, source)}"`)
  }
  const preloads = chunksOf(metafile, pageEntry).map((url) => `<link rel="modulepreload" href="${url}">`)
  return html.replace('</head>', `${preloads.join('')}</head>`)
}

/** @param {import('esbuild').Metafile} metafile @param {string} source */
function urlOf(metafile, source) {
  const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === source)
  if (!found) throw new Error(`the build made nothing of ${source}`)
  return found[0].replace('dist/web', '')
}

/** The chunks that an entry imports before it runs. @param {import('esbuild').Metafile} metafile @param {string} source */
function chunksOf(metafile, source) {
  const seen = new Set([`dist/web${urlOf(metafile, source)}`])
  for (const path of seen) {
    for (const { path: chunk, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') seen.add(chunk)
    }
  }
  return [...seen].slice(1).map((path) => path.replace('dist/web', ''))
}

/** Adds `.br` and `.gz` beside each text file. @param {Files} files */
async function compress(files) {
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
  const texts = [...files].filter(([path]) => compressible.has(extname(path)))
  await Promise.all(
    texts.map(async ([path, content]) => {
      const br = promisify(brotliCompress)(content, best)
      const gz = promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION })
      files.set(`${path}.br`, await br).set(`${path}.gz`, await gz)
    }),
  )
}

/** `{version, files: {'/assets/main-X.js': {file, type, bytes, etag, immutable, encodings: {br, gzip}}}}`: `file` and the
 * encodings' are paths below dist/web; `immutable` means that the name has the content's hash in it.
 * @param {Files} files @param {string} version */
function manifestOf(files, version) {
  const originals = [...files].filter(([path]) => !/\.(br|gz)$/.test(path))
  const listed = originals.map(([path, content]) => {
    const file = path.replace('web/', '')
    const encodings = files.has(`${path}.br`) ? { br: `${file}.br`, gzip: `${file}.gz` } : {}
    const type = contentTypes.get(extname(path)) ?? 'application/octet-stream'
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
    return [`/${file}`, { file, type, bytes: content.length, etag, immutable: file.startsWith('assets/'), encodings }]
  })
  return { version, files: Object.fromEntries(listed) }
}

/** @param {Common} common @param {string} path */
function read(common, path) {
  return readFileSync(`${common.absWorkingDir}/${path}`)
}

/** @param {string} content */
function text(content) {
  return new TextEncoder().encode(content)
}
