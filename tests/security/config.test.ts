import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, type ServeOptions } from '../../server/config.ts'
import { originsOf } from '../../server/gate/addresses.ts'

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'heddle-config-'))
const read = (options: ServeOptions = {}, environment: Record<string, string> = {}) =>
  readConfig({ data: emptyFolder(), ...options }, environment)

test('it listens on 127.0.0.1 unless told otherwise', () => {
  expect(read()).toMatchObject({ host: '127.0.0.1', port: 4870, tls: null, behindProxy: false, maxStreams: 200 })
})

test('another address needs TLS or a proxy, and is refused without', () => {
  for (const host of ['0.0.0.0', '192.168.1.5', '::', 'heddle.example', '127.evil.example'])
    expect(() => read({ host }), host).toThrow(/tls-cert/)
  for (const host of ['127.0.0.1', '127.0.0.2', '::1', 'localhost']) expect(read({ host }).host).toBe(host)
  const proxied = { host: '0.0.0.0', 'behind-proxy': true, 'public-url': 'https://heddle.example/' }
  expect(read(proxied)).toMatchObject({ host: '0.0.0.0', publicUrl: 'https://heddle.example' })
  expect(() => read({ 'behind-proxy': true })).toThrow(/public-url/)
})

test('an option wins over the environment, and that over the file', () => {
  const data = emptyFolder()
  writeFileSync(
    join(data, 'heddle.config.json'),
    '{"port": 1, "host": "127.0.0.3", "maxStreams": 7, "providers": [{}]}',
  )
  const environment = { HEDDLE_PORT: '2', HEDDLE_HOST: '127.0.0.2', HEDDLE_DATA: data }
  const config = readConfig({ host: '::1' }, environment)
  expect(config).toMatchObject({ host: '::1', port: 2, maxStreams: 7, data, providers: [{}] })
})

test('a value that is wrong is an error that names it', () => {
  expect(() => read({ port: 'http' })).toThrow('--port is a whole number from 0 to 65535; "http" is not.')
  expect(() => read({ port: '70000' })).toThrow('--port')
  expect(() => read({}, { HEDDLE_MAX_STREAMS: '0' })).toThrow('HEDDLE_MAX_STREAMS')
  expect(() => read({}, { HEDDLE_BEHIND_PROXY: 'maybe' })).toThrow('HEDDLE_BEHIND_PROXY is true or false')
  expect(() => read({ 'public-url': 'heddle.example/path' })).toThrow('--public-url')
  expect(() => read({ 'tls-cert': 'x.pem' })).toThrow('both')
  expect(() => read({ 'tls-cert': '/missing.pem', 'tls-key': '/missing.key' })).toThrow('/missing.pem cannot be read')
  expect(() => read({}, { HEDDLE_KEY: 'two words' })).toThrow('HEDDLE_KEY')
  for (const [content, words] of [
    ['{', 'no well-formed JSON'],
    ['[]', 'one JSON object'],
    ['{"prot": 1}', '"prot", which is no setting'],
    ['{"providers": {}}', 'list of entries'],
  ] as const) {
    const data = emptyFolder()
    writeFileSync(join(data, 'heddle.config.json'), content)
    expect(() => read({ data })).toThrow(words)
  }
})

test('DATABASE_URL is refused with a sentence until it is built', () => {
  expect(() => read({}, { DATABASE_URL: 'postgres://x' })).toThrow(/not built yet/)
  expect(() => read({ database: 'postgres://x' })).toThrow(/not built yet/)
})

test('ours are this machine on this port, and the public address', () => {
  const origins = (given: object) =>
    [...originsOf({ host: '127.0.0.1', port: 4870, publicUrl: null, tls: null, ...given })].flat()
  expect(origins({})).toEqual([
    '127.0.0.1:4870',
    'http://127.0.0.1:4870',
    'localhost:4870',
    'http://localhost:4870',
    '[::1]:4870',
    'http://[::1]:4870',
  ])
  expect(origins({ host: '10.0.0.1', port: 443, tls: {} })).toEqual(['10.0.0.1', 'https://10.0.0.1'])
  expect(origins({ publicUrl: 'https://heddle.example' })).toContain('heddle.example')
  expect(origins({ host: '0.0.0.0' })).not.toContain('0.0.0.0:4870')
})
