import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SessionEvent } from '../../../shared/events.ts'
import type { Recovery } from '../../../shared/model.ts'
import { initialState } from '../../../shared/state.ts'
import { createPane, type Pane } from '../../../web/src/views/pane.ts'
import { mountedTurns } from '../../../web/src/views/window.ts'
import {
  type Bench,
  createBench,
  hold,
  id,
  message,
  permission,
  press,
  run,
  running,
  said,
  session,
  tool,
} from './support.ts'

let bench: Bench
beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe = () => undefined
      disconnect = () => undefined
    },
  )
  bench = createBench()
})
afterEach(() => {
  bench.end()
  vi.unstubAllGlobals()
})

const at = '2026-01-01T12:00:05.000Z'
const open = (name: string): Pane => {
  bench.state.pane.project({ name: 'session', sessionId: id('ses', name) })
  const pane = createPane(bench.kit, id('ses', name), document.createElement('button'))
  document.body.append(pane.dom)
  pane.show()
  bench.draw()
  return pane
}
/** A chat with a prompt and a turn that runs. */
const begin = (name: string, parts = [said('Hello ')]) => {
  const prompt = message(`${name}p`, id('run', name), 'user', [said(`Prompt of ${name}`)])
  const answer = message(`${name}a`, id('run', name), 'assistant', parts)
  const live = { run: run(name), messageId: prompt.id, cancelRequestedBy: null, messages: [answer] }
  hold(bench.state, running(name, { headSeq: 10 }), { ...initialState, seq: 10, lastLine: 2, messages: [prompt], live })
}
const say = (name: string, body: Record<string, unknown>) => {
  const known = bench.state.INFLIGHT.get(id('ses', name))?.seq ?? 0
  const event = { sessionId: id('ses', name), streamId: id('run', name), seq: known + 1, prev: known, at, ...body }
  bench.state.follow.receive([event as unknown as SessionEvent])
}
const chunk = (name: string, text: string) =>
  say(name, { type: 'agent_message_chunk', messageId: id('msg', `${name}a`), text })
const textOf = (pane: Pane) => pane.dom.querySelector('.column')?.textContent ?? ''

describe('A pane', () => {
  test('shows a turn that runs, and what comes', () => {
    begin('A')
    const pane = open('A')
    expect(textOf(pane)).toContain('Prompt of A')
    chunk('A', 'world')
    bench.draw()
    expect(textOf(pane)).toContain('Hello world')
  })

  test('put aside while a render is due, draws not one token of its own in the other, nor the other’s in itself', () => {
    begin('A')
    begin('B')
    const a = open('A')
    chunk('A', 'of A')
    a.hide()
    const b = open('B')
    chunk('A', ' more of A')
    chunk('B', 'of B')
    bench.draw()
    expect(textOf(b)).toContain('Hello of B')
    expect(textOf(b)).not.toContain('of A')
    expect(textOf(a)).not.toContain('of B')
  })

  test('back on screen, is the same nodes with what was said meanwhile', () => {
    begin('A')
    begin('B')
    const a = open('A')
    const paragraph = a.dom.querySelector('.markdown p')
    a.hide()
    open('B').hide()
    chunk('A', 'meanwhile')
    bench.state.pane.project({ name: 'session', sessionId: id('ses', 'A') })
    a.show()
    bench.draw()
    expect(textOf(a)).toContain('Hello meanwhile')
    expect(a.dom.querySelector('.markdown p')).toBe(paragraph)
  })

  test('keeps every node, open details too, when the turn settles', () => {
    begin('A', [tool('npm test', { kind: 'execute', content: [{ type: 'text', text: 'all green' }] }), said('Done')])
    const pane = open('A')
    pane.dom.querySelector<HTMLElement>('.tool .line')?.click()
    expect(textOf(pane)).toContain('all green')
    const nodes = [...pane.dom.querySelectorAll('.turn, .bubble, .tool, .line-body, .markdown, .turn-end')]
    say('A', { type: 'turn_ended', stopReason: 'end_turn', usage: null })
    bench.draw()
    expect([...pane.dom.querySelectorAll('.turn, .bubble, .tool, .line-body, .markdown, .turn-end')]).toEqual(nodes)
    expect(textOf(pane)).toContain('all green')
  })

  test('keeps the order text, tool, text, tool', () => {
    begin('A', [said('one'), tool('first'), said('two'), tool('second')])
    const order = [...open('A').dom.querySelectorAll('.markdown, .tool-verb')].map((node) => node.textContent)
    expect(order).toEqual(['one', 'first', 'two', 'second'])
  })

  test('moves its thread only while the agent works, not while an approval waits for the person', () => {
    begin('A')
    const rail = open('A').dom.querySelector('.answer-rail > .thread-line')
    expect(rail?.classList.contains('running')).toBe(true)
    const asked = permission('npm test', 'A')
    say('A', { type: 'permission_requested', messageId: id('msg', 'Aa'), permission: asked })
    bench.draw()
    expect(rail?.classList.contains('running')).toBe(false)
    say('A', { type: 'permission_resolved', permission: { ...asked, state: 'resolved', optionId: 'yes' } })
    bench.draw()
    expect(rail?.classList.contains('running')).toBe(true)
  })

  test('folds an edit in its tool call while the approval below shows it, until the line is opened', () => {
    const diff = { path: '/code/a.ts', oldText: 'one\n', newText: 'two\n' }
    begin('A', [
      tool('edit', { kind: 'edit', status: 'in_progress', endedAt: null, content: [{ type: 'diff', ...diff }] }),
    ])
    const card = open('A').dom.querySelector('.tool')
    expect(card?.classList.contains('is-asked')).toBe(false)
    const asked = permission('edit', 'A', { kind: 'edit', subject: { path: diff.path, diff } })
    say('A', { type: 'permission_requested', messageId: id('msg', 'Aa'), permission: asked })
    bench.draw()
    expect(card?.classList.contains('is-asked')).toBe(true)
    say('A', { type: 'permission_resolved', permission: { ...asked, state: 'resolved', optionId: 'yes' } })
    bench.draw()
    expect(card?.classList.contains('is-asked')).toBe(false)
  })

  test('mounts at most 300 turns of a thousand, the newest ones', () => {
    const runs = Array.from({ length: 1000 }, (_, index) =>
      run(`r${index}`, { state: 'done', stopReason: 'end_turn', endedAt: at, durationMs: 1 }),
    )
    const messages = runs.map((one, index) => message(`m${index}`, one.id, 'user', [said(`turn ${index}`)]))
    hold(bench.state, session('A', { headSeq: 10 }), { ...initialState, seq: 10, lastLine: 1000, messages, runs })
    const pane = open('A')
    expect(textOf(pane)).toContain('turn 999')
    expect(pane.dom.querySelectorAll('.turn').length).toBeLessThanOrEqual(mountedTurns)
  })

  test('answers the card that has waited longest on A, and none while a field has the keyboard', () => {
    const [first, second] = [permission('one', 'A'), permission('two', 'A')]
    begin('A')
    bench.state.rows.put(running('A', { state: 'needs_approval', pending: [first, second], headSeq: 11 }))
    open('A')
    bench.advance(1000)
    const field = document.querySelector<HTMLElement>('textarea')!
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, cancelable: true }))
    expect(bench.calls).toEqual([])
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, cancelable: true }))
    expect(bench.calls).toEqual([['resolvePermission', first, 'yes']])
  })

  test('stops on Esc what runs in it, but nothing once it was left', () => {
    begin('A')
    begin('B')
    const a = open('A')
    a.hide()
    a.dom.remove()
    open('B')
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }))
    expect(bench.calls).toEqual([['stop', id('ses', 'B'), id('run', 'B')]])
  })
})

describe('The card at a bad end', () => {
  const recovery: Recovery = {
    status: 'error',
    summary: 'The agent ended.',
    rootCause: 'Signal 9.',
    safeRetry: 'Nothing was changed.',
    stopCondition: 'It does not try again.',
    humanInputRequired: true,
    nextActions: [
      { action: 'retry', label: 'Send again' },
      { action: 'edit_and_retry', label: 'Edit and send' },
    ],
  }
  const fail = () => {
    begin('A')
    const pane = open('A')
    say('A', { type: 'turn_ended', stopReason: 'error', usage: null, recovery })
    bench.state.rows.put(session('A', { state: 'error', headSeq: 11 }))
    bench.draw()
    return pane
  }
  const field = (pane: Pane) => pane.dom.querySelector('textarea')!

  test('says what happened, why, and what is safe', () => {
    const words = fail().dom.querySelector('.recovery')?.textContent
    expect(words).toContain('The agent ended.')
    expect(words).toContain('Signal 9.')
    expect(words).toContain('Nothing was changed.')
  })

  test('sends the same prompt again when asked, and leaves alone what was typed', () => {
    const pane = fail()
    field(pane).value = 'another thought'
    field(pane).dispatchEvent(new Event('input'))
    press(pane.dom, 'Send again')
    expect(bench.calls).toEqual([['send', id('ses', 'A'), 'Prompt of A']])
    expect(field(pane).value).toBe('another thought')
  })

  test('puts the prompt back into the composer to be edited', () => {
    const pane = fail()
    press(pane.dom, 'Edit and send')
    expect(field(pane).value).toBe('Prompt of A')
    expect(bench.calls).toEqual([])
  })
})
