import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Chat, openTab, row, ses } from './world.ts'

test('An event that came already changes nothing; one after a gap is not applied, and asked for once', () => {
  const tab = openTab()
  const a = new Chat('a')
  a.start()
  tab.show(a.id)
  tab.state.follow.receive([a.snapshot()])
  const [one, two, three] = [a.say('1'), a.say('2'), a.say('3')]
  tab.asked.length = 0
  tab.state.follow.receive([one, one, three, three])
  expect(tab.state.INFLIGHT.get(a.id)?.seq).toBe(3)
  expect(tab.asked).toEqual([`watch ${a.id} 3`])
  tab.state.follow.receive([two, three])
  expect(tab.state.INFLIGHT.get(a.id)).toEqual(a.state)
})

test('Whatever is doubled or comes late, the state is what the log says up to its cursor', () => {
  const a = new Chat('a')
  for (let turn = 0; turn < 3; turn++) {
    a.start()
    for (const word of ['x', 'y', 'z']) a.say(word)
    a.tool(`t${turn}`)
    if (turn < 2) a.end()
  }
  const index = fc.nat(a.events.length - 1)
  fc.assert(
    fc.property(fc.array(index, { maxLength: 80 }), (order) => {
      const tab = openTab()
      tab.show(a.id)
      tab.state.follow.receive([{ ...new Chat('a').snapshot() }])
      for (const at of order) tab.state.follow.receive([a.events[at]!])
      let dense = 0
      for (const at of order) if (at === dense) dense++
      expect(tab.state.INFLIGHT.get(a.id)?.seq).toBe(dense)
    }),
  )
})

test('Twenty long sessions visited: ten idle ones are kept besides the one on screen, and every running one', () => {
  const tab = openTab()
  const running = new Chat('running')
  running.start()
  tab.show(running.id)
  tab.state.follow.receive([running.snapshot()])
  const visited = Array.from({ length: 20 }, (_, index) => new Chat(`v${index}`))
  for (const chat of visited) {
    tab.show(chat.id)
    tab.state.follow.receive([chat.snapshot()])
  }
  const kept = [...tab.state.INFLIGHT.keys()]
  expect(kept).toEqual([running.id, ...visited.slice(-11).map(({ id }) => id)])
})

test('A visited session that begins to run elsewhere is carried again, from its own cursor', () => {
  const tab = openTab()
  const a = new Chat('a')
  tab.show(a.id)
  tab.state.follow.receive([a.snapshot()])
  tab.show(null)
  tab.asked.length = 0
  a.start()
  tab.state.follow.receive([{ type: 'session_changed', cursor: '1', session: a.row() }])
  expect(tab.asked).toEqual([`watch ${a.id} 0`])
  tab.state.follow.receive(a.events)
  expect(tab.state.LIVE_STREAMS.size).toBe(1)
  a.end()
  tab.state.follow.receive([a.events.at(-1)!, { type: 'session_changed', cursor: '2', session: a.row() }])
  expect(tab.state.LIVE_STREAMS.size).toBe(0)
  expect(tab.asked.at(-1)).toBe(`unwatch ${a.id}`)
})

test('A running session that no tab has opened is not carried: its row is enough', () => {
  const tab = openTab()
  const a = new Chat('a')
  a.start()
  tab.state.follow.receive([{ type: 'session_changed', cursor: '1', session: a.row() }])
  expect(tab.asked).toEqual([])
  expect(tab.state.INFLIGHT.size).toBe(0)
})

test('Far behind, a snapshot is asked for instead of the events', () => {
  const tab = openTab()
  const a = new Chat('a')
  tab.show(a.id)
  tab.state.follow.receive([a.snapshot()])
  tab.show(null)
  tab.state.follow.receive([{ type: 'session_changed', cursor: '1', session: row(a.id, { headSeq: 5000 }) }])
  tab.show(a.id)
  expect(tab.asked.at(-1)).toBe(`watch ${a.id} snapshot`)
})

test('A reset counts even if it is behind what was shown', () => {
  const tab = openTab()
  const [a, restored] = [new Chat('a'), new Chat('a')]
  a.start()
  a.say('never happened')
  tab.show(a.id)
  tab.state.follow.receive([a.snapshot()])
  tab.state.follow.receive([{ ...restored.snapshot(), type: 'reset', reason: 'The cursor is ahead of the log.' }])
  expect(tab.state.INFLIGHT.get(a.id)?.seq).toBe(0)
  expect(tab.state.LIVE_STREAMS.size).toBe(0)
})

test('A session removed in another tab is gone here: row, state, and pane', () => {
  const tab = openTab()
  const a = new Chat('a')
  tab.state.rows.put(a.row())
  tab.show(a.id)
  tab.state.follow.receive([a.snapshot(), { type: 'session_removed', cursor: '1', id: a.id }])
  expect(tab.state.S.phase).toBe('missing')
  expect(tab.state.INFLIGHT.size + tab.state.rows.all.size).toBe(0)
})

test('What the feed says while the bootstrap is under way is newer than the bootstrap', () => {
  const tab = openTab()
  const { follow, rows, shelf } = tab.state
  follow.expectBootstrap()
  const fresh = row(ses('a'), { title: 'fresh', headSeq: 2 })
  follow.receive([
    { type: 'session_changed', cursor: '1', session: fresh },
    { type: 'session_removed', cursor: '2', id: ses('b') },
    { type: 'session_changed', cursor: '3', session: row(ses('c')) },
  ])
  const sessions = [row(ses('a'), { title: 'stale', headSeq: 1 }), row(ses('b'))]
  follow.bootstrap({ providers: [], projects: [], sessions, feedCursor: '0', settings: shelf.settings, version: '2' })
  expect([...rows.all.keys()]).toEqual([ses('a'), ses('c')])
  expect(rows.get(ses('a'))?.title).toBe('fresh')
  expect(shelf.isOutdated).toBe(true)
})
