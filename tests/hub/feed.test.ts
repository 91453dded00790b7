import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFeed, type FeedLog } from '../../server/hub/feed.ts'
import type { FeedEvent } from '../../shared/api.ts'
import type { Session } from '../../shared/model.ts'
import { aSession, chunk } from '../store/support.ts'
import { settled, startHouse } from './support.ts'

describe('the feed', () => {
  let feed: FeedLog
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    feed = createFeed(() => undefined)
  })
  afterEach(() => void vi.useRealTimers())
  const fresh = () => feed.takeFresh().map(eventOf)

  test('publishes a row that changes often at most every 250 ms, and its last state always', () => {
    const session = aSession()
    const seen: string[] = []
    for (let change = 0; change < 100; change++) {
      feed.session({ ...session, lastMessagePreview: `${change}` })
      seen.push(...previews(fresh()))
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(1_000)
    seen.push(...previews(fresh()))
    expect(seen).toHaveLength(5)
    expect([seen[0], seen.at(-1)]).toEqual(['0', '99'])
  })

  test('says nothing of a row that differs only in its head and the time of it', () => {
    const session = aSession()
    feed.session(session)
    fresh()
    for (let headSeq = 1; headSeq < 9; headSeq++) {
      feed.session({ ...session, headSeq, updatedAt: new Date(headSeq).toISOString(), usage: {} })
      vi.advanceTimersByTime(300)
    }
    expect(fresh()).toEqual([])
    feed.session({ ...session, activity: 'Running npm test' })
    expect(fresh()).toHaveLength(1)
  })

  test('says nothing of what was changed and changed back meanwhile', () => {
    const session = aSession()
    feed.session(session)
    feed.session({ ...session, activity: 'Thinking' })
    feed.session({ ...session })
    vi.advanceTimersByTime(1_000)
    expect(fresh()).toHaveLength(1)
  })

  test('gives the newest of each row to a cursor, in the order of the changes', () => {
    const [one, two] = [aSession(), aSession()]
    const start = feed.place
    feed.session(one)
    feed.session(two)
    vi.advanceTimersByTime(300)
    const between = feed.place
    feed.session({ ...one, title: 'New' })
    feed.projectRemoved('prj_1')
    const seen = (place: number) =>
      feed
        .since(place)
        .map(eventOf)
        .map(({ type }) => type)
    expect(seen(start)).toEqual(['session_changed', 'session_changed', 'project_removed'])
    expect(feed.since(start).map(eventOf).map(idOf)).toEqual([two.id, one.id, undefined])
    expect(seen(between)).toEqual(['session_changed', 'project_removed'])
    expect(seen(feed.place)).toEqual([])
  })

  test('keeps a removed session removed, whatever of it still comes', () => {
    const session = aSession()
    feed.session(session)
    feed.session({ ...session, title: 'Late' })
    feed.sessionRemoved(session.id)
    feed.session({ ...session, title: 'Later' })
    vi.advanceTimersByTime(1_000)
    expect(feed.since(0).map(eventOf)).toEqual([{ type: 'session_removed', id: session.id, cursor: feed.cursor() }])
  })

  test('knows its own cursors and no others', () => {
    feed.session(aSession())
    expect(feed.placeOf(feed.cursor())).toBe(1)
    const boot = feed.cursor().split('.')[0]
    const others = ['', 'x', '1', `${boot}.2`, `${boot}.-1`, `${boot}.0.5`, createFeed(() => undefined).cursor()]
    expect(others.map((cursor) => feed.placeOf(cursor))).toEqual(others.map(() => null))
  })

  test('forgets the oldest of very many rows, and then no longer takes their cursors', () => {
    const early = feed.cursor()
    for (let row = 0; row < 10_001; row++) feed.projectRemoved(`prj_${row}`)
    expect(feed.placeOf(early)).toBeNull()
    expect(feed.since(1)).toHaveLength(10_000)
  })
})

test('a change of a row reaches every watcher of the feed, and who comes later gets it by its cursor', async () => {
  const house = await startHouse()
  const cursor = house.hub.feed.cursor()
  const watching = await house.live({ feed: { after: null }, sessions: [] })
  await watching.until('hello')
  const chat = await house.session()
  await chat.row({ title: 'Named' })
  house.hub.feed.draft('new', { text: 'half', files: [] }, 'me')
  await watching.until('draft_changed')
  const { data, id } = await watching.until('session_changed')
  expect([data.session.title, id]).toEqual(['Named', null])
  const later = await house.live({ feed: { after: cursor }, sessions: [] })
  expect((await later.until('draft_changed')).data).toMatchObject({ key: 'new', by: 'me' })
  expect(later.of('session_changed').map(({ raw }) => raw)).toEqual(
    watching.of('session_changed').map(({ raw }) => raw),
  )
  const after = (await later.until('draft_changed')).data.cursor
  const latest = await house.live({ feed: { after }, sessions: [] })
  house.hub.feed.providers([])
  await latest.until('providers_changed')
  expect(latest.of('session_changed')).toEqual([])
})

test('a cursor of another start gets a reset of the feed, and goes on from there', async () => {
  const house = await startHouse()
  house.hub.feed.projectRemoved('prj_before')
  const live = await house.live({ feed: { after: 'another-boot.7' }, sessions: [] })
  expect((await live.until('feed_reset')).data.cursor).toBe(house.hub.feed.cursor())
  house.hub.feed.projectRemoved('prj_after')
  await settled(() => expect(live.of('project_removed').map(({ data }) => data.id)).toEqual(['prj_after']))
})

test('a streamed answer does not flood the feed', async () => {
  const house = await startHouse()
  const live = await house.live({ feed: { after: null }, sessions: [] })
  const chat = await house.session()
  for (let index = 0; index < 200; index++) await chat.append(chunk('run_a', `${index}`))
  await chat.row({ activity: 'Done' })
  await live.until('session_changed', ({ data }) => data.session.activity === 'Done')
  expect(live.of('session_changed').length).toBeLessThanOrEqual(2)
})

function eventOf(frame: { bytes: Buffer }): FeedEvent {
  return JSON.parse(frame.bytes.toString().split('\ndata: ')[1] ?? '')
}
function idOf(event: FeedEvent): string | undefined {
  return event.type === 'session_changed' ? event.session.id : undefined
}
function previews(events: FeedEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'session_changed' ? [(event.session as Session).lastMessagePreview] : [],
  )
}
