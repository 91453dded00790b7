import { readFile, rm, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { readConfig } from '../../server/config.ts'
import { startHeddle } from '../../server/main.ts'
import { commandLine, runningHeddle } from './support/running.ts'

const silent = pino({ level: 'silent' })

test('a second start on the same data says where the first one is, and ends well', async () => {
  const { heddle, data } = await runningHeddle()
  const args = ['serve', '--port', '0', '--data', data]
  const { code, out } = await commandLine(args, {}, (config) => startHeddle(config, silent))
  expect(code).toBe(0)
  expect(out).toContain(`Heddle is already running at ${heddle.url}`)
})

test('a taken port is an error that says who has it, never another port', async () => {
  const { heddle, data } = await runningHeddle()
  const { port } = new URL(heddle.url)
  const other = readConfig({ port, data: join(data, 'other') }, {})
  await expect(startHeddle(other, silent)).rejects.toThrow(`Port ${port} is taken by another Heddle`)

  const stranger = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => stranger.once('listening', resolve))
  const taken = String((stranger.address() as AddressInfo).port)
  const refused = startHeddle(readConfig({ port: taken, data: join(data, 'other') }, {}), silent)
  await expect(refused).rejects.toThrow(new RegExp(`Port ${taken} is taken by .+ \\(process ${process.pid}\\)`))
  stranger.close()
  // What had been taken before is given back: the same folder starts on a free port.
  const started = await startHeddle(readConfig({ port: '0', data: join(data, 'other') }, {}), silent)
  if ('close' in started) await started.close()
})

test('everything in the data folder is for its user alone', async () => {
  const { data } = await runningHeddle()
  const mode = async (name: string) => (await stat(join(data, name))).mode & 0o777
  for (const name of ['cli.key', 'heddle.db', 'heddle.db-wal', 'server.json', 'heddle.lock'])
    expect(await mode(name), name).toBe(0o600)
  expect(await mode('scratch')).toBe(0o700)
})

test("the command line's key survives a restart, and is made anew when it is lost", async () => {
  const { heddleCli, restart, data } = await runningHeddle()
  const key = () => readFile(join(data, 'cli.key'), 'utf8')
  const first = await key()
  await restart()
  expect(await key()).toBe(first)
  await rm(join(data, 'cli.key'))
  await restart()
  expect(await key()).not.toBe(first)
  const listed = (await heddleCli(['key', 'list'])).out
  expect(listed.match(/command line/g)).toHaveLength(1)
})

test('a clean end says so in the log, frees the data, and closes what is open', async () => {
  const running = await runningHeddle()
  const { heddleCli, logged, client, restart } = running
  const { url } = running.heddle
  const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
  const frames = client.frames(`/api/sessions/${id}/streams/*/events`)
  const reading = (async () => {
    for await (const frame of frames) if (frame.data === '') break
  })()
  await heddleCli(['ask', id, '/demo say hi'])
  await restart()
  await reading
  expect(logged.map((line) => JSON.parse(line).msg)).toEqual(['Ready', 'Ending', 'Ended', 'Ready'])
  await expect(fetch(`${url}/api/health`)).rejects.toThrow()
})

test('many open streams are no cause for a warning', async () => {
  const { client, heddle, heddleCli } = await runningHeddle()
  const id = (await heddleCli(['new', '--provider', 'demo'])).out.trim()
  const warnings: string[] = []
  const warned = ({ name }: Error) => void warnings.push(name)
  process.on('warning', warned)
  const { key } = await client.ok<{ key: string }>('POST', '/api/keys', { name: 'many' })
  const stop = new AbortController()
  const request = { headers: { authorization: `Bearer ${key}` }, signal: stop.signal }
  const path = `${heddle.url}/api/sessions/${id}/streams/*/events`
  const open = await Promise.all(Array.from({ length: 15 }, () => fetch(path, request)))
  expect(open.map(({ status }) => status)).toEqual(open.map(() => 200))
  stop.abort()
  process.off('warning', warned)
  expect(warnings).not.toContain('MaxListenersExceededWarning')
})
