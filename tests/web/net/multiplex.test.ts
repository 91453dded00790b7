import fc from 'fast-check'
import { expect, test } from 'vitest'
import { staleTabMs } from '../../../web/src/net/limits.ts'
import { Chat } from '../state/world.ts'
import { Browser } from './browser.ts'

async function oneChatShown(tabs = 2) {
  const chat = new Chat('a')
  const browser = new Browser([chat], tabs)
  browser.tabs[0]?.show(chat.id)
  await browser.settle()
  browser.say(chat, 'one')
  await browser.settle()
  return { chat, browser }
}
const stateOf = (browser: Browser, tab: number, chat: Chat) => browser.tabs[tab]?.state.INFLIGHT.get(chat.id)

test('A is open in two tabs while it runs: both have every event, in order, each once', async () => {
  const { chat, browser } = await oneChatShown()
  browser.tabs[1]?.show(chat.id)
  browser.say(chat, 'two')
  await browser.settle()
  browser.say(chat, 'three')
  await browser.settle()
  expect(stateOf(browser, 0, chat)).toEqual(chat.state)
  expect(stateOf(browser, 1, chat)).toEqual(chat.state)
})

test('One tab leaves a session: the other still has it', async () => {
  const { chat, browser } = await oneChatShown()
  chat.end()
  browser.wire.publish(chat.events.at(-1)!)
  browser.tabs[1]?.show(chat.id)
  await browser.settle()
  browser.tabs[0]?.show(null)
  await browser.settle()
  chat.start()
  for (const event of chat.events.slice(-2)) browser.wire.publish(event)
  await browser.settle()
  expect(stateOf(browser, 1, chat)).toEqual(chat.state)
})

test('The connection breaks while a second tab waits for its snapshot: it comes with the new one, without a ping', async () => {
  const { chat, browser } = await oneChatShown()
  const second = browser.tabs[1]
  second?.show(chat.id)
  second?.exchange()
  second?.exchange()
  second?.exchange()
  browser.wire.cut()
  await browser.settle()
  expect(stateOf(browser, 1, chat)).toEqual(chat.state)
})

test('The connection breaks while one tab is further than another: the new one begins where the slower is', async () => {
  const { chat, browser } = await oneChatShown()
  const finish = () => browser.wire.publish(chat.end())
  const second = browser.tabs[1]
  second?.show(chat.id)
  finish()
  await browser.settle()
  second?.show(null)
  await browser.settle()
  chat.streamId = 'session'
  browser.say(chat, 'only the first tab has this')
  await browser.settle()
  second?.show(chat.id)
  second?.exchange()
  browser.wire.cut()
  await browser.settle()
  expect(stateOf(browser, 0, chat)).toEqual(chat.state)
  expect(stateOf(browser, 1, chat)).toEqual(chat.state)
})

test('The last event was lost on the wire: the next ping brings it', async () => {
  const { chat, browser } = await oneChatShown(1)
  browser.say(chat, 'lost')
  browser.wire.lose()
  await browser.settle()
  expect(stateOf(browser, 0, chat)).not.toEqual(chat.state)
  browser.wire.ping()
  await browser.settle()
  expect(stateOf(browser, 0, chat)).toEqual(chat.state)
})

test('A tab back from the back/forward cache attaches anew, and has what it missed and no more', async () => {
  const { chat, browser } = await oneChatShown()
  browser.tabs[0]?.leave()
  browser.say(chat, 'missed')
  await browser.settle()
  expect(stateOf(browser, 0, chat)).not.toEqual(chat.state)
  browser.tabs[0]?.attach()
  await browser.settle()
  expect(stateOf(browser, 0, chat)).toEqual(chat.state)
})

test('A tab that was silent for long is forgotten; when it speaks again it is told, and misses nothing', async () => {
  const { chat, browser } = await oneChatShown()
  browser.tabs[1]?.show(chat.id)
  await browser.settle()
  browser.now += staleTabMs / 2
  browser.tabs[1]?.show(chat.id)
  browser.tabs[1]?.state.follow.attach()
  await browser.settle()
  browser.now += staleTabMs / 2 + 1
  browser.multiplexer.sweep()
  browser.say(chat, 'meanwhile')
  await browser.settle()
  expect(stateOf(browser, 0, chat)).not.toEqual(chat.state)
  expect(stateOf(browser, 1, chat)).toEqual(chat.state)
  browser.tabs[0]?.show(null)
  browser.tabs[0]?.state.follow.attach()
  await browser.settle()
  expect(stateOf(browser, 0, chat)).toEqual(chat.state)
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), chat: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('show' as const), tab: fc.nat(2), chat: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('exchange' as const), tab: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('serve' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('open' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'ping' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'attach' as const), tab: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'end' as const), chat: fc.nat(2) }) },
)

async function apply(browser: Browser, taken: typeof step extends fc.Arbitrary<infer Step> ? Step : never) {
  const { chats, tabs, wire } = browser
  if (taken.do === 'say') browser.say(chats[taken.chat]!, 'word ')
  else if (taken.do === 'show') tabs[taken.tab]?.show(chats[taken.chat]?.id ?? null)
  else if (taken.do === 'deliver') wire.deliver(taken.count)
  else if (taken.do === 'exchange') tabs[taken.tab]?.exchange()
  else if (taken.do === 'leave') tabs[taken.tab]?.leave()
  else if (taken.do === 'attach') tabs[taken.tab]?.attach()
  else if (taken.do === 'end') end(browser, chats[taken.chat]!)
  else wire[taken.do]()
  await Promise.resolve()
}

function end(browser: Browser, chat: Chat) {
  if (chat.streamId === 'session') return
  browser.wire.publish(chat.end())
  chat.streamId = 'session'
}

/** Half a second's work where nothing else runs. */
const slowMachineMs = 60_000

test(
  'Any order of joins, leaves, cuts and losses gives each tab a dense sequence, and in the end all of it',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 200, size: 'max' }), async (steps) => {
        const browser = new Browser([new Chat('a'), new Chat('b'), new Chat('c')])
        await browser.settle()
        for (const taken of steps) await apply(browser, taken)
        for (const tab of browser.tabs) if (!tab.isHere) tab.attach()
        // What was lost is found by a ping; what was asked for just before it, by the next one.
        for (let pings = 0; pings < 3; pings++) {
          await browser.settle()
          browser.wire.ping()
        }
        await browser.settle()
        for (const { state, gaps } of browser.tabs) {
          expect(gaps).toBe(0)
          const { sessionId, phase } = state.S
          const chat = browser.chats.find(({ id }) => id === sessionId)
          if (!chat) continue
          expect(phase).toBe('ready')
          expect(state.INFLIGHT.get(chat.id)).toEqual(chat.state)
        }
      }),
      { numRuns: 200 },
    )
  },
  slowMachineMs,
)
