import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { guardMs } from '../../../web/src/views/parts/guard.ts'
import { createSidebar } from '../../../web/src/views/sidebar.ts'
import { type Bench, createBench, id, permission, press, question, running, session } from './support.ts'

let bench: Bench
let sidebar: HTMLElement
beforeEach(() => {
  bench = createBench()
  sidebar = createSidebar(bench.kit).dom
  document.body.append(sidebar)
})
afterEach(() => bench.end())

const rowOf = (name: string) => {
  const link = sidebar.querySelector(`a[href="/session/${id('ses', name)}"]`)
  if (!link?.parentElement) throw new Error(`No row for ${name}`)
  return link.parentElement
}
const heads = () => [...sidebar.querySelectorAll('.section-head')].map((head) => head.textContent?.trim())

describe('A row in the sidebar', () => {
  test('stops its own run while another chat is on screen', () => {
    bench.state.rows.put(running('A'))
    bench.state.rows.put(running('B'))
    bench.kit.actions.navigate({ name: 'session', sessionId: id('ses', 'B') })
    bench.draw()
    rowOf('A').querySelector<HTMLElement>('.row-stop')?.click()
    expect(bench.calls.at(-1)).toEqual(['stop', id('ses', 'A'), id('run', 'A')])
  })

  test('stops the run that it has now, not the one that it was made with', () => {
    bench.state.rows.put(running('A'))
    bench.draw()
    bench.state.rows.put(running('A', { activeStreamId: id('run', 'second'), headSeq: 2 }))
    bench.draw()
    rowOf('A').querySelector<HTMLElement>('.row-stop')?.click()
    expect(bench.calls.at(-1)).toEqual(['stop', id('ses', 'A'), id('run', 'second')])
  })

  test('allows what its chat asks for while another chat is on screen', () => {
    const asked = permission('rm -rf dist', 'A')
    bench.state.rows.put(running('A', { state: 'needs_approval', pending: [asked] }))
    bench.kit.actions.navigate({ name: 'session', sessionId: id('ses', 'B') })
    bench.draw()
    expect(rowOf('A').querySelector('pre')?.textContent).toBe('rm -rf dist')
    press(rowOf('A'), 'Allow once')
    expect(bench.calls).toHaveLength(1) // only the navigation: the half second is not over
    bench.advance(guardMs)
    press(rowOf('A'), 'Allow once')
    expect(bench.calls.at(-1)).toEqual(['resolvePermission', asked, 'yes'])
  })

  test('names the folder that its chat asks for, and the command that it is for', () => {
    const subject = { command: 'touch /x/q', directories: ['/x'], rawInput: { directories: ['/x'] } }
    const asked = permission('touch /x/q', 'A', { kind: 'other', subject })
    bench.state.rows.put(running('A', { state: 'needs_approval', pending: [asked] }))
    bench.draw()
    expect(rowOf('A').textContent).toContain('wants to use a folder outside its own:')
    const blocks = () => [...rowOf('A').querySelectorAll('pre')].map((pre) => pre.textContent)
    expect(blocks()).toEqual(['/x', 'touch /x/q'])
    const file = permission('w', 'A', { kind: 'other', subject: { path: '/x/w.txt', directories: ['/x'] } })
    bench.state.rows.put(running('A', { state: 'needs_approval', pending: [file], headSeq: 2 }))
    bench.draw()
    expect(blocks()).toEqual(['/x', '/x/w.txt'])
  })

  test('tells the path that its chat asks for from the chat’s folder', () => {
    const path = '/code/src/a.ts'
    const asked = permission('write', 'A', { kind: 'edit', subject: { path } })
    bench.state.rows.put(running('A', { state: 'needs_approval', pending: [asked], activity: path }))
    bench.draw()
    expect(rowOf('A').querySelector('pre')?.textContent).toBe('src/a.ts')
    expect(rowOf('A').querySelector('pre')?.title).toBe(path)
    expect(rowOf('A').querySelector('.row-meta')?.textContent).toContain('src/a.ts')
    expect(rowOf('A').querySelector('.row-meta')?.textContent).not.toContain('/code')
  })

  test('answers a question by a press on one of its options', () => {
    const asked = question('Which library?', 'A', { lib: { type: 'string', enum: ['Temporal', 'date-fns'] } })
    bench.state.rows.put(running('A', { state: 'needs_answer', pending: [asked] }))
    bench.draw()
    bench.advance(guardMs)
    press(rowOf('A'), 'date-fns')
    expect(bench.calls.at(-1)).toEqual(['answerQuestion', asked, { action: 'accept', content: { lib: 'date-fns' } }])
  })

  test('asks again for a half second when the next request takes the place of the first', () => {
    const [first, second] = [permission('one', 'A'), permission('two', 'A')]
    bench.state.rows.put(running('A', { state: 'needs_approval', pending: [first, second] }))
    bench.draw()
    expect(rowOf('A').textContent).toContain('1 of 2')
    bench.advance(guardMs)
    bench.state.rows.put(running('A', { state: 'needs_approval', pending: [second], headSeq: 2 }))
    bench.draw()
    press(rowOf('A'), 'Allow once')
    expect(bench.calls).toEqual([])
    bench.advance(guardMs)
    press(rowOf('A'), 'Allow once')
    expect(bench.calls.at(-1)).toEqual(['resolvePermission', second, 'yes'])
  })

  test('keeps its node, and so the focus in it, when it moves from Running to the rest', () => {
    bench.state.rows.put(running('A'))
    bench.state.rows.put(session('B'))
    bench.draw()
    const before = rowOf('A')
    before.querySelector<HTMLElement>('.row-link')?.focus()
    expect(heads()).toEqual(['Running 1', 'Recent'])
    bench.state.rows.put(session('A', { unread: true, headSeq: 2 }))
    bench.draw()
    expect(heads()).toEqual(['Recent'])
    expect(rowOf('A')).toBe(before)
    expect(document.activeElement?.parentElement).toBe(before)
  })

  test('says how many messages wait in its queue, to the eye and to the ear', () => {
    bench.state.rows.put(running('A', { queueLength: 2 }))
    bench.state.rows.put(session('B', { queueLength: 1, lastMessagePreview: 'Done.' }))
    bench.draw()
    expect(rowOf('A').querySelector('.row-meta')?.textContent).toContain('2 queued')
    expect(rowOf('B').querySelector('.row-meta')?.textContent).toBe('1 queued · demo · Done.')
    expect(rowOf('A').querySelector('.row-link')?.getAttribute('aria-label')).toBe('A, running: Writing, 2 queued')
  })

  test('says running, waiting, failed and new in words, not by colour alone', () => {
    bench.state.rows.put(running('A'))
    bench.state.rows.put(running('B', { pending: [permission('x', 'B')], state: 'needs_approval' }))
    bench.state.rows.put(session('C', { state: 'error' }))
    bench.state.rows.put(session('D', { unread: true }))
    bench.draw()
    const words = (name: string) => rowOf(name).querySelector('.row-link')?.getAttribute('aria-label')
    expect([words('A'), words('B'), words('C'), words('D')]).toEqual([
      'A, running: Writing',
      'B, waits for your approval',
      'C, failed',
      'D, new',
    ])
  })
})

describe('The sidebar', () => {
  test('finds chats by their title', () => {
    for (const name of ['Fix the importer', 'Write the manual']) bench.state.rows.put(session(name))
    bench.draw()
    const search = sidebar.querySelector<HTMLInputElement>('input[type=search]')!
    search.value = 'import FIX'
    search.dispatchEvent(new Event('input'))
    bench.draw()
    expect([...sidebar.querySelectorAll('.row-title')].map((title) => title.textContent)).toEqual(['Fix the importer'])
  })

  test('keeps archived chats folded, and waiting ones above all, archived or not', () => {
    bench.state.rows.put(session('old', { archivedAt: '2026-01-01T00:00:00.000Z' }))
    bench.state.rows.put(
      running('late', {
        archivedAt: '2026-01-01T00:00:00.000Z',
        pending: [permission('x', 'late')],
        state: 'needs_approval',
      }),
    )
    bench.draw()
    expect(heads()).toEqual(['Needs you 1', 'Archived 1'])
    press(sidebar, 'Archived')
    bench.draw()
    expect(rowOf('old').isConnected).toBe(true)
  })
})
