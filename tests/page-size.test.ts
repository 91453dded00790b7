/**
 * What a browser has to fetch before Home stands, as the build makes it: the shell, what it names, what that imports, the
 * worker. The bench (tests/bench/page-load) shows in a browser that it is these files and no others.
 */
import * as esbuild from 'esbuild'
import { expect, test } from 'vitest'
import { root } from '../build.mjs'
import { bundleWeb } from '../web/bundle.mjs'

const firstLoadBytes = 60 * 1024

test('Home is at most 60 KB gzipped, and a conversation is fetched beside it', async () => {
  const files = await bundled()
  const home = firstLoad(files)
  const sizes = home.map((path) => `${(sizeOf(files, path) / 1024).toFixed(1)} KB ${path}`)
  const sum = home.reduce((bytes, path) => bytes + sizeOf(files, path), 0)
  expect(home.some((path) => path.startsWith('/assets/live-worker-'))).toBe(true)
  expect(home.some((path) => path.startsWith('/assets/pane-'))).toBe(false)
  expect(sum, `${(sum / 1024).toFixed(1)} KB in all:\n${sizes.join('\n')}`).toBeLessThanOrEqual(firstLoadBytes)
})

type Files = Map<string, Uint8Array>

async function bundled(): Promise<Files> {
  const common = {
    absWorkingDir: root,
    bundle: true,
    write: false as const,
    metafile: true as const,
    format: 'esm' as const,
    sourcemap: 'linked' as const,
    define: { __HEDDLE_VERSION__: '"0.0.0+00000000"' },
  }
  const about = { version: '0.0.0', compressed: true, statics: ['web/static/icon.svg'] }
  try {
    return await bundleWeb(esbuild, common, about)
  } finally {
    await esbuild.stop()
  }
}

/** Paths as a browser asks for them: from the shell on, along what is named, imported at once, or started as a worker. */
function firstLoad(files: Files): string[] {
  const seen = new Set(['/index.html'])
  for (const path of seen) {
    const text = new TextDecoder().decode(files.get(`web${path}`))
    const named = path.endsWith('.html')
      ? text.matchAll(/(?:href|src)="(\/[^"]+)"/g)
      : text.matchAll(/(?:(?:from|import)\s*(?=")|(?="\/assets\/live-worker-))"(\/assets\/[^"]+\.js)"/g)
    for (const [, found] of named) if (found) seen.add(found)
  }
  return [...seen]
}

function sizeOf(files: Files, path: string): number {
  const content = files.get(`web${path}.gz`)
  if (!content) throw new Error(`The build made no ${path}.gz`)
  return content.byteLength
}
