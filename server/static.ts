/**
 * The page's files, by the manifest of the build: what is not in it is not there. Names with a hash are kept by browsers
 * for ever, the shell is asked for again each time. A new build under a running server is seen at the next request.
 */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from 'hono'
import type { Env } from './routes/house.ts'
import { notFound } from './routes/problems.ts'

export interface Pages {
  answer(context: Context<Env>): Promise<Response>
}

interface Manifest {
  readonly files: Readonly<Record<string, ManifestFile>>
}
interface ManifestFile {
  readonly file: string
  readonly type: string
  readonly etag: string
  readonly immutable: boolean
  readonly encodings: Readonly<Partial<Record<Encoding, string>>>
}
type Encoding = 'br' | 'gzip'

/** Paths that give the shell: the page finds its own way from there. */
export function isShell(path: string): boolean {
  return path === '/' || /^\/(session|settings|runs|compare)(\/|$)/.test(path)
}

export function createPages(folder: string): Pages {
  let loaded: { manifest: Manifest; stamp: number; contents: Map<string, Promise<Buffer>> } | null = null

  return {
    async answer(context) {
      const { path } = context.req
      const build = await currentBuild()
      if (!build) return isShell(path) ? notBuilt() : notFound(context)
      const file = build.manifest.files[isShell(path) ? '/index.html' : path]
      if (!file || path === '/manifest.json') return notFound(context)
      return fileAnswer(context, file, (name) => contentOf(build.contents, name))
    },
  }

  async function currentBuild() {
    const path = join(folder, 'manifest.json')
    const stamp = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    )
    if (stamp === null) return null
    if (loaded?.stamp !== stamp) {
      const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest
      loaded = { manifest, stamp, contents: new Map() }
    }
    return loaded
  }

  /** Bounded by the manifest: only what it names is read. */
  function contentOf(contents: Map<string, Promise<Buffer>>, name: string): Promise<Buffer> {
    const held = contents.get(name) ?? readFile(join(folder, name))
    contents.set(name, held)
    return held
  }
}

async function fileAnswer(
  context: Context<Env>,
  file: ManifestFile,
  contentOf: (name: string) => Promise<Buffer>,
): Promise<Response> {
  const headers = new Headers({
    'Content-Type': file.type,
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: file.etag,
    Vary: 'Accept-Encoding',
  })
  if (context.req.header('If-None-Match') === file.etag) return new Response(null, { status: 304, headers })
  const encoding = encodingFor(context.req.header('Accept-Encoding') ?? '', file)
  if (encoding) headers.set('Content-Encoding', encoding)
  const content = await contentOf((encoding && file.encodings[encoding]) ?? file.file)
  return new Response(new Uint8Array(content), { headers })
}

/** The best that both sides know; a `q=0` is a no. */
function encodingFor(accepted: string, file: ManifestFile): Encoding | null {
  for (const encoding of ['br', 'gzip'] as const) {
    const offer = new RegExp(`(?:^|,)\\s*${encoding}\\s*(?:;\\s*q=([\\d.]+)\\s*)?(?:,|$)`, 'i').exec(accepted)
    if (offer && Number(offer[1] ?? 1) > 0 && file.encodings[encoding]) return encoding
  }
  return null
}

function notBuilt(): Response {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }
  return new Response('The page is not built. Run `npm run build`, then load this again.\n', { status: 503, headers })
}
