import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { QuestionContent } from '../../../shared/model.ts'
import { usageWords } from '../../../web/src/views/header.ts'
import { codeIn } from '../../../web/src/views/login.ts'
import { createPartContext } from '../../../web/src/views/pane-context.ts'
import { guardMs } from '../../../web/src/views/parts/guard.ts'
import { itemsOf } from '../../../web/src/views/parts/items.ts'
import { createNotice } from '../../../web/src/views/parts/notice.ts'
import { createQuestion } from '../../../web/src/views/parts/question.ts'
import { createThought } from '../../../web/src/views/parts/thought.ts'
import { createToolGroup } from '../../../web/src/views/parts/tool-group.ts'
import { groupWords, toolWords } from '../../../web/src/views/parts/tool-words.ts'
import { type Bench, createBench, id, message, press, question, said, tool } from './support.ts'

let bench: Bench
beforeEach(() => {
  bench = createBench()
})
afterEach(() => bench.end())
const context = () => createPartContext(bench.kit, id('ses', 'A'), bench.kit.signal)

describe('A question', () => {
  const fields = {
    name: { type: 'string', title: 'Name' },
    size: { type: 'integer', default: 3 },
    lib: { type: 'string', enum: ['Temporal', 'date-fns'] },
    tests: { type: 'boolean', default: true },
    langs: { type: 'array', items: { enum: ['en', 'de'] } },
    zone: {
      type: 'string',
      oneOf: Array.from({ length: 8 }, (_, index) => ({ const: `z${index}`, title: `Zone ${index}` })),
    },
  }
  const ask = (asked = question('Before I start', 'A', fields, {})) => {
    const view = createQuestion(context(), asked)
    document.body.append(view.dom)
    view.update?.({ question: asked, position: null })
    bench.advance(guardMs)
    return { view, asked }
  }
  const answered = () => (bench.calls.at(-1)?.[2] as { content: QuestionContent } | undefined)?.content

  test('becomes a form of its schema, and its answer has the schema’s types', () => {
    const { view } = ask()
    const input = <Type extends HTMLElement>(selector: string) => view.dom.querySelector<Type>(selector)!
    input<HTMLInputElement>('input[type=text]').value = 'Importer'
    input<HTMLInputElement>('input[value="date-fns"]').checked = true
    input<HTMLInputElement>('input[value="de"]').checked = true
    input<HTMLSelectElement>('select').value = 'z4'
    input('form').dispatchEvent(new Event('submit', { cancelable: true }))
    expect(answered()).toEqual({ name: 'Importer', size: 3, lib: 'date-fns', tests: true, langs: ['de'], zone: 'z4' })
  })

  test('says what is missing instead of sending half an answer', () => {
    const { view } = ask()
    view.dom.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    expect(view.dom.querySelector('[role=alert]')?.textContent).toBe('Name is needed.')
    expect(bench.calls).toEqual([])
  })

  test('can be declined', () => {
    const { view, asked } = ask()
    press(view.dom, 'Decline')
    expect(bench.calls.at(-1)).toEqual(['answerQuestion', asked, { action: 'decline' }])
  })

  test('answered elsewhere, says by whom and what', () => {
    const { view, asked } = ask(question('Which?', 'A', { lib: { type: 'string', enum: ['Temporal'] } }))
    const resolved = {
      ...asked,
      state: 'resolved',
      answer: { action: 'accept', content: { lib: 'Temporal' } },
      resolvedBy: 'the phone',
    } as const
    view.update?.({
      question: { ...resolved, answer: { action: 'accept', content: { lib: 'Temporal' } } },
      position: null,
    })
    expect(view.dom.textContent).toContain('Answered by the phone')
    expect(view.dom.textContent).toContain('Temporal')
    expect(view.dom.querySelector('button')).toBeNull()
  })
})

describe('Tool calls', () => {
  test('are one line: what, on what', () => {
    const words = (fields: Parameters<typeof tool>[1]) => {
      const { text, object } = toolWords(tool('The `agent`’s title', fields), '/code/importer')
      return [text, object]
    }
    expect(words({ kind: 'execute', rawInput: { command: 'npm test' }, endedAt: null })).toEqual([
      'Running',
      'npm test',
    ])
    expect(words({ kind: 'execute', rawInput: { command: ['git', 'status'] } })).toEqual(['Ran', 'git status'])
    expect(words({ kind: 'read', locations: [{ path: '/code/importer/src/a.ts' }] })).toEqual(['Read', 'src/a.ts'])
    expect(words({ kind: 'other' })).toEqual(['The agent’s title', null])
  })

  test('that only look around share a line', () => {
    const looked = message('m', 'run', 'assistant', [
      said('I look.'),
      tool('a', { kind: 'read' }),
      tool('b', { kind: 'search' }),
      tool('c', { kind: 'execute' }),
      tool('d', { kind: 'read' }),
    ])
    expect(itemsOf(looked, false).map(({ key }) => key)).toEqual(['text 1', 'group a', 'tool c', 'group d'])
  })

  test('in one line say how many of what, and what failed', () => {
    const reads = ['a', 'b', 'c'].map((name) => tool(name, { kind: 'read' }))
    const search = tool('s', { kind: 'search', rawInput: { pattern: 'importRow' } })
    expect(groupWords([...reads, search], '/code')).toMatchObject({
      text: 'Read 3 files, searched',
      object: 'importRow',
    })
    expect(groupWords([...reads, tool('d', { kind: 'read', status: 'failed' })], '/code').text).toBe(
      'Read 4 files, 1 failed',
    )
  })

  test('keep an opened one open when a second joins it', () => {
    const group = createToolGroup(context())
    const first = tool('a', { kind: 'read', content: [{ type: 'text', text: 'what it read' }] })
    group.update?.([first])
    group.dom.querySelector<HTMLElement>('.tool .line')?.click()
    group.update?.([first, tool('b', { kind: 'read' })])
    expect(group.dom.querySelector('.line-body')?.hasAttribute('hidden')).toBe(false)
    expect(group.dom.textContent).toContain('what it read')
    expect(group.dom.querySelectorAll('.tool')).toHaveLength(2)
  })
})

describe('A notice of a next try', () => {
  const startMs = Date.parse('2026-01-01T12:00:00.000Z')
  const retry = { attempt: 2, of: 4, at: new Date(startMs + 2_500).toISOString() }
  const notice = {
    type: 'notice',
    level: 'warning',
    title: 'Trying again',
    text: 'The service answered 503.',
    retry,
  } as const
  beforeEach(() => {
    bench.end()
    vi.useFakeTimers({ now: startMs })
    bench = createBench()
  })
  afterEach(() => void vi.useRealTimers())
  const pass = (ms: number) => {
    vi.advanceTimersByTime(ms)
    bench.draw()
  }

  test('says what happened, and counts down to the try and no further', () => {
    const view = createNotice(context(), notice)
    view.update(true)
    expect(view.dom.textContent).toBe('The service answered 503. Trying again in 3 s · 2 of 4')
    pass(1_000)
    expect(view.dom.textContent).toContain('in 2 s · 2 of 4')
    pass(5_000)
    expect(view.dom.textContent).toContain('Trying again · 2 of 4')
  })

  test('becomes a plain fact once something came after it, and stays one', () => {
    const view = createNotice(context(), notice)
    view.update(true)
    view.update(false)
    pass(1_000)
    expect(view.dom.textContent).toBe('The service answered 503. Try 1 of 4 failed.')
  })

  test('of an older turn counts nothing', () => {
    const view = createNotice(context(), notice)
    const timers = vi.getTimerCount()
    view.update(false)
    expect(view.dom.textContent).toContain('Try 1 of 4 failed.')
    expect(vi.getTimerCount()).toBe(timers)
  })
})

describe('Thinking', () => {
  const thought = { type: 'thought', text: 'Hm.', startedAt: '2026-01-01T12:00:00.000Z', endedAt: null } as const

  test('is folded, says how long it took, and opens', () => {
    const view = createThought(context(), thought)
    view.update?.(thought)
    expect(view.dom.textContent).toMatch(/^Thinking \d/)
    view.update?.({ ...thought, endedAt: '2026-01-01T12:00:12.000Z' })
    expect(view.dom.querySelector('.line')?.textContent).toBe('Thought for 12 s')
    expect(view.dom.textContent).not.toContain('Hm.')
    view.dom.querySelector<HTMLElement>('.line')?.click()
    expect(view.dom.textContent).toContain('Hm.')
  })
})

describe('Small words', () => {
  test('a pasted login link and a bare code are the same', () => {
    expect(codeIn(' http://127.0.0.1:4870/#code=abc-1 ')).toBe('abc-1')
    expect(codeIn('http://h/session/ses_1#code=abc-1')).toBe('abc-1')
    expect(codeIn('abc-1')).toBe('abc-1')
  })

  test('the window’s fill and the cost are said only when known', () => {
    expect(
      usageWords({ contextUsed: 76_000, contextSize: 200_000, cost: { amount: 0.42, currency: 'USD' } }, 'en-US').short,
    ).toBe('38% · $0.42')
    expect(usageWords({}, 'en-US').short).toBe('')
    expect(usageWords({ cost: { amount: 3, currency: 'credits' } }, 'en-US').short).toBe('3 credits')
  })
})
