import { expect, test } from 'vitest'
import { streamKey } from '../../../shared/ids.ts'
import type { Message } from '../../../shared/model.ts'
import { Chat, openTab } from './world.ts'

const textOf = (messages: readonly Message[]) =>
  messages.flatMap((message) => message.parts.flatMap((part) => (part.type === 'text' ? part.text : []))).join('|')

/** A runs and is on screen; B is idle and was never opened. */
function aRunsAndIsShown() {
  const tab = openTab()
  const [a, b] = [new Chat('a'), new Chat('b')]
  a.start()
  a.say('one ')
  tab.state.rows.put(a.row())
  tab.state.rows.put(b.row())
  tab.show(a.id)
  tab.state.follow.receive([a.snapshot()])
  return { tab, a, b, state: tab.state }
}

test('A runs; A → B → A: A is live, no gap, no doubling, and no request was needed to get there', () => {
  const { tab, a, b, state } = aRunsAndIsShown()
  const stream = state.LIVE_STREAMS.get(streamKey(a.id, a.streamId))
  tab.show(b.id)
  state.follow.receive([b.snapshot(), a.say('two '), a.say('three')])
  tab.asked.length = 0
  tab.show(a.id)
  expect(tab.asked).toEqual([`unwatch ${b.id}`])
  expect(state.S.phase).toBe('ready')
  expect(textOf(state.S.live?.messages ?? [])).toBe('one two three')
  expect(state.S.busy).toBe(true)
  expect(state.S.activeStreamId).toBe(a.streamId)
  expect(state.LIVE_STREAMS.get(streamKey(a.id, a.streamId))).toBe(stream)
})

test('Leaving a running session closes, hides and deletes nothing of it', () => {
  const { tab, a, state } = aRunsAndIsShown()
  tab.asked.length = 0
  tab.show(null)
  expect(tab.asked).toEqual([])
  expect(state.S).toMatchObject({ phase: 'home', session: null, messages: [], busy: false, activeStreamId: null })
  expect(state.INFLIGHT.has(a.id)).toBe(true)
  expect(state.LIVE_STREAMS.size).toBe(1)
})

test('What A says after the switch to B changes no projection of B', () => {
  const { tab, a, b, state } = aRunsAndIsShown()
  tab.show(b.id)
  state.follow.receive([b.snapshot()])
  const before = state.S
  state.follow.receive([a.say('late'), a.ask('rm')])
  expect(state.S).toBe(before)
  expect(textOf([...before.messages])).toBe('')
})

test('A listener of the pane that was left hears nothing, though its delivery was already due', () => {
  const { tab, a, b, state } = aRunsAndIsShown()
  const heard: string[] = []
  const pane = new AbortController()
  state.observe(`session:${a.id}`, () => heard.push('A drew'), pane.signal)
  state.follow.receive([a.say('due')])
  pane.abort()
  tab.show(b.id)
  state.flush()
  expect(heard).toEqual([])
})

test("A is busy: B shows no Stop and no prompt, also before B's messages have loaded", () => {
  const { tab, b, state } = aRunsAndIsShown()
  tab.show(b.id)
  expect(state.S).toMatchObject({ phase: 'loading', busy: false, stopping: false, activeStreamId: null, pending: [] })
  expect(state.S.session?.id).toBe(b.id)
})

test("B is busy by its own row before its messages have loaded, and Stop acts on B's stream", () => {
  const { tab, state } = aRunsAndIsShown()
  const c = new Chat('c')
  c.start()
  c.ask('make')
  state.rows.put(c.row())
  tab.show(c.id)
  expect(state.S).toMatchObject({ phase: 'loading', busy: true, activeStreamId: c.streamId })
  expect(state.S.pending).toHaveLength(1)
})

test('A waits in a quiet phase: after A → B → A its cards, thinking and prompt stand as before', () => {
  const { tab, a, b, state } = aRunsAndIsShown()
  state.follow.receive([a.tool('t1'), a.ask('npm test')])
  const before = state.S
  tab.show(b.id)
  state.follow.receive([b.snapshot()])
  tab.show(a.id)
  expect(state.S.live).toBe(before.live)
  expect(state.S.pending).toEqual(before.pending)
  expect(state.S.live?.messages.at(-1)?.parts.map((part) => part.type)).toEqual(['text', 'tool', 'permission'])
})

test("A's approval, queue and notices never show in B", () => {
  const { tab, a, b, state } = aRunsAndIsShown()
  tab.show(b.id)
  const queue = { items: [], held: 'stopped' as const }
  state.follow.receive([b.snapshot(), a.ask('rm'), a.add({ type: 'queue_changed', queue })])
  expect(state.S.pending).toEqual([])
  expect(state.S.queue.held).toBeNull()
})

test("The last event is lost on the wire: 'running' clears by the row, and nothing of the text is lost", () => {
  const { a, state } = aRunsAndIsShown()
  a.end()
  state.follow.receive([{ type: 'session_changed', cursor: '1', session: a.row() }])
  expect(state.S.busy).toBe(false)
  expect(textOf(state.S.live?.messages ?? [])).toBe('one ')
})

test('A session that is not there is missing; it is asked for again on the next visit', () => {
  const tab = openTab()
  const gone = new Chat('gone')
  tab.show(gone.id)
  tab.state.follow.receive([{ type: 'session_gone', sessionId: gone.id }])
  expect(tab.state.S.phase).toBe('missing')
  tab.show(null)
  tab.show(gone.id)
  expect(tab.asked).toEqual([`watch ${gone.id} snapshot`, `watch ${gone.id} snapshot`])
})

test('Root with a running session is an idle Home; the row shows it running', () => {
  const tab = openTab()
  const a = new Chat('a')
  a.start()
  const answer = { providers: [], projects: [], sessions: [a.row()], feedCursor: '1', version: '1' }
  tab.show(null)
  tab.state.follow.bootstrap({ ...answer, settings: tab.state.shelf.settings })
  expect(tab.state.S).toMatchObject({ phase: 'home', busy: false, session: null })
  expect(tab.state.rows.sections().running).toEqual([a.id])
  expect(tab.asked).toEqual([])
})

test('The projection is the same object as long as nothing of it changed', () => {
  const { tab, a, state } = aRunsAndIsShown()
  const before = state.S
  expect(state.S).toBe(before)
  state.follow.receive([a.say('more')])
  expect(state.S).not.toBe(before)
  expect(state.S.messages).toBe(before.messages)
  tab.touched()
})
