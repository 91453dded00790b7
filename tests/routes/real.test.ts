/** The routes on the real rooms behind them, with the demo provider. */
import type { EventSourceMessage } from 'eventsource-parser'
import { nanoid } from 'nanoid'
import { expect, test, vi } from 'vitest'
import type { Bootstrap, SendAnswer, SessionAnswer } from '../../shared/api.ts'
import type { Run, Session } from '../../shared/model.ts'
import { runningHeddle } from '../cli/support/running.ts'
import { openChat, textOf } from '../support/chat.ts'
import type { Client } from '../support/client.ts'

test('one live connection carries a session, the feed, and what is added to it later', async () => {
  const { client } = await runningHeddle()
  const [one, two] = [await openChat(client), await openChat(client)]
  const { feedCursor } = await client.ok<Bootstrap>('GET', '/api/bootstrap')
  const { frames, stop } = live(client, { feed: { after: feedCursor }, sessions: [{ id: one.id, after: 0 }] })
  await vi.waitFor(() => expect(frames[0]?.event).toBe('hello'))
  const { connectionId } = JSON.parse(frames[0]?.data ?? '{}') as { connectionId: string }
  await one.send('/demo say from one')
  await vi.waitFor(() => expect(typesOf(frames, one.id)).toContain('turn_ended'))
  await two.turn((await two.send('/demo say from two')).streamId)
  expect(typesOf(frames, two.id)).not.toContain('turn_ended')
  const changed = await client.request('POST', `/api/live/${connectionId}`, { add: [{ id: two.id, after: 0 }] })
  expect(changed.status).toBe(204)
  await vi.waitFor(() => expect(typesOf(frames, two.id)).toContain('turn_ended'))
  await client.ok('PATCH', '/api/settings', { theme: 'dark' })
  await client.ok('PUT', `/api/sessions/${one.id}/draft`, { text: 'later', files: [] })
  await client.request('DELETE', `/api/sessions/${two.id}`)
  const events = ['session_changed', 'settings_changed', 'draft_changed', 'session_removed']
  await vi.waitFor(() => expect(frames.map(({ event }) => event)).toEqual(expect.arrayContaining(events)))
  const { key } = await client.ok<{ key: string }>('POST', '/api/keys', { name: 'other' })
  const other = { authorization: `Bearer ${key}` }
  expect((await client.request('POST', `/api/live/${connectionId}`, { ping: true }, other)).status).toBe(404)
  stop()
})

test('who waits for the stream of a queued message is let go when that is taken back', async () => {
  const { client } = await runningHeddle()
  const chat = await openChat(client)
  const running = await chat.send('/demo count 100000 @50')
  const [taken, kept] = [await chat.send('not that'), await chat.send('/demo say this')]
  const events = ({ streamId }: SendAnswer) => `/api/sessions/${chat.id}/streams/${streamId}/events`
  const readers = [taken, kept].map((sent) => {
    const reader = { isOpen: false, isOver: false }
    const onStatus = () => {
      reader.isOpen = true
    }
    const reading = (async () => {
      for await (const _ of client.frames(events(sent), { onStatus }));
    })()
    void reading.finally(() => {
      reader.isOver = true
    })
    return reader
  })
  await vi.waitFor(() => expect(readers.map(({ isOpen }) => isOpen)).toEqual([true, true]))
  await client.ok('POST', `/api/sessions/${chat.id}/streams/${taken.streamId}/cancel`)
  await vi.waitFor(() => expect(readers.map(({ isOver }) => isOver)).toEqual([true, false]))
  expect((await client.request('GET', events(taken))).status).toBe(404)
  await client.ok('POST', `/api/sessions/${chat.id}/streams/${running.streamId}/cancel`)
  await client.ok('POST', `/api/sessions/${chat.id}/queue/resume`)
  await vi.waitFor(() => expect(readers[1]?.isOver).toBe(true))
})

test('a send that comes again with its key is answered again, also after a restart, and runs once', async () => {
  const running = await runningHeddle()
  const chat = await openChat(running.client)
  const again = () =>
    running.client.request<SendAnswer>(
      'POST',
      `/api/sessions/${chat.id}/turns`,
      { text: '/demo say once' },
      {
        'idempotency-key': 'the-same',
      },
    )
  const first = await again()
  await chat.turn(first.body.streamId)
  expect((await again()).body).toEqual(first.body)
  await running.restart()
  const third = await again()
  expect([third.status, third.body]).toEqual([202, first.body])
  const { messages } = await running.client.ok<SessionAnswer>('GET', `/api/sessions/${chat.id}`)
  expect(textOf(messages, 'user')).toBe('/demo say once')
})

test('what ran is listed, newest first, and can be looked up', async () => {
  const { client } = await runningHeddle()
  const chat = await openChat(client)
  const streams: string[] = []
  for (const word of ['one', 'two']) {
    const { streamId } = await chat.send(`/demo say ${word}`)
    await chat.turn(streamId)
    streams.push(streamId)
  }
  const { items } = await client.ok<{ items: Run[] }>('GET', `/api/runs?sessionId=${chat.id}&state=done`)
  expect(items.map(({ id }) => id)).toEqual(streams.toReversed())
  expect(await client.ok('GET', `/api/runs/${streams[0]}`)).toMatchObject({
    prompt: '/demo say one',
    stopReason: 'end_turn',
  })
})

test('bad input is a typed problem each time, and the server goes on', async () => {
  const { client } = await runningHeddle()
  const chat = await openChat(client)
  const run = `run_${nanoid(22)}`
  const codes = async (method: string, path: string, body?: unknown) =>
    (await client.request<{ code: string }>(method, path, body)).body.code
  expect(await codes('POST', '/api/sessions', { provider: 'nobody' })).toBe('unknown_provider')
  expect(await codes('POST', '/api/sessions', { provider: 'demo', model: 'nothing' })).toBe('unknown_model')
  expect(await codes('POST', `/api/sessions/${chat.id}/turns`, { text: '  \n ' })).toBe('invalid_body')
  expect(await codes('POST', `/api/sessions/${chat.id}/streams/${run}/cancel`)).toBe('not_active')
  expect(await codes('GET', `/api/sessions/${chat.id}/streams/${run}/events`)).toBe('not_found')
  expect(await codes('POST', '/api/providers/nobody/refresh')).toBe('not_found')
  expect(await codes('GET', '/api/sessions?cursor=nonsense')).toBe('invalid_query')
  expect(await codes('POST', `/api/sessions/${chat.id}/rewind`, {})).toBe('not_implemented')
  const stale = await client.request('PATCH', `/api/sessions/${chat.id}`, { title: 'x' }, { 'if-match': '999' })
  expect(stale.body).toMatchObject({ code: 'stale_revision' })
  expect((await chat.get()).session.state).toBe('idle')
})

test('a provider is looked at again by opening it once', async () => {
  const { client } = await runningHeddle()
  const provider = await client.ok<{ models: { id: string }[] }>('POST', '/api/providers/demo/refresh')
  expect(provider.models.map(({ id }) => id)).toEqual(['guide', 'worker', 'interviewer'])
})

test("a session works in its project's folder, or in a scratch folder of its own", async () => {
  const { client, data } = await runningHeddle()
  const project = await client.ok<{ id: string }>('POST', '/api/projects', { name: 'Loom', cwd: data })
  const inProject = await client.ok<Session>('POST', '/api/sessions', { provider: 'demo', projectId: project.id })
  expect(inProject.cwd).toBe(data)
  const alone = await openChat(client)
  expect((await alone.get()).session.cwd).toBe(`${data}/scratch/${alone.id}`)
})

function live(client: Client, body: unknown) {
  const frames: EventSourceMessage[] = []
  const stop = new AbortController()
  const reading = (async () => {
    for await (const frame of client.frames('/api/live', { method: 'POST', body, signal: stop.signal }))
      frames.push(frame)
  })()
  // It ends by being left.
  reading.then(null, (error) => {
    if (!stop.signal.aborted) throw error
  })
  return { frames, stop: () => stop.abort() }
}

const typesOf = (frames: EventSourceMessage[], sessionId: string) =>
  frames.filter(({ id }) => id?.startsWith(`${sessionId}/`)).map(({ event }) => event)
