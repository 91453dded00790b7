import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ids } from './support/doubles.ts'
import { testHouse } from './support/house.ts'

const text = (type: string, file: string, immutable: boolean) => ({
  file,
  type,
  bytes: 1,
  etag: `"${file}"`,
  immutable,
  encodings: { br: `${file}.br`, gzip: `${file}.gz` },
})

/** A build as the manifest of dist/web describes one. */
async function built() {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-web-'))
  await mkdir(join(folder, 'assets'))
  const files = {
    '/index.html': text('text/html; charset=utf-8', 'index.html', false),
    '/assets/main-ABC.js': text('text/javascript; charset=utf-8', 'assets/main-ABC.js', true),
    '/icon.png': { ...text('image/png', 'icon.png', false), encodings: {} },
  }
  for (const { file, encodings } of Object.values(files)) {
    await writeFile(join(folder, file), `plain ${file}`)
    for (const [encoding, name] of Object.entries(encodings)) await writeFile(join(folder, name), `${encoding} ${file}`)
  }
  await writeFile(join(folder, 'secret.txt'), 'not in the manifest')
  const publish = (listed: object) => writeFile(join(folder, 'manifest.json'), JSON.stringify({ files: listed }))
  await publish(files)
  const { app } = await testHouse({ pages: folder })
  const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers })
  return { folder, files, publish, get }
}

test('every address of the page gives the shell, which is asked for again each time', async () => {
  const { get } = await built()
  for (const path of ['/', `/session/${ids.session}`, '/settings', '/settings/keys']) {
    const answer = await get(path)
    expect(await answer.text(), path).toBe('plain index.html')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  }
})

test('a name with a hash is kept by browsers for ever', async () => {
  const { get } = await built()
  const answer = await get('/assets/main-ABC.js')
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
})

test('what the browser can unpack is sent packed', async () => {
  const { get } = await built()
  const sent = async (accept: string) => {
    const answer = await get('/', { 'accept-encoding': accept })
    expect(answer.headers.get('vary')).toBe('Accept-Encoding')
    return [answer.headers.get('content-encoding'), await answer.text()]
  }
  expect(await sent('gzip, deflate, br, zstd')).toEqual(['br', 'br index.html'])
  expect(await sent('gzip')).toEqual(['gzip', 'gzip index.html'])
  expect(await sent('br;q=0, gzip;q=0.5')).toEqual(['gzip', 'gzip index.html'])
  expect(await sent('identity')).toEqual([null, 'plain index.html'])
  expect((await get('/icon.png', { 'accept-encoding': 'br' })).headers.get('content-encoding')).toBeNull()
})

test('what has not changed is not sent again', async () => {
  const { get } = await built()
  const answer = await get('/', { 'if-none-match': '"index.html"' })
  expect(answer.status).toBe(304)
  expect(await answer.text()).toBe('')
})

test('only what the build lists is there', async () => {
  const { get } = await built()
  for (const path of [
    '/secret.txt',
    '/manifest.json',
    '/assets/other.js',
    '/assets/',
    '/index.html.br',
    '/constructor',
  ])
    expect((await get(path)).status, path).toBe(404)
})

test('a new build is seen without a restart', async () => {
  const { folder, files, publish, get } = await built()
  await get('/')
  await writeFile(join(folder, 'assets/main-DEF.js'), 'new')
  await publish({
    ...files,
    '/assets/main-DEF.js': { ...text('text/javascript', 'assets/main-DEF.js', true), encodings: {} },
  })
  await utimes(join(folder, 'manifest.json'), 1, 1)
  expect(await (await get('/assets/main-DEF.js')).text()).toBe('new')
})

test('a server without a page says how to get one', async () => {
  const { app } = await testHouse({ pages: '/nowhere' })
  const answer = await app.request('/')
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('npm run build')
})
