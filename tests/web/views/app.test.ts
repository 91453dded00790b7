import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { initialState } from '../../../shared/state.ts'
import { confirmDialog } from '../../../web/src/dom/dialog.ts'
import { doingOf } from '../../../web/src/state/doings.ts'
import { mountApp } from '../../../web/src/views/app.ts'
import { type Bench, createBench, hold, id, press, running, session } from './support.ts'

let bench: Bench
beforeEach(() => {
  bench = createBench()
})
afterEach(() => bench.end())

const mount = () => {
  const root = document.createElement('div')
  document.body.append(root)
  mountApp(root, bench.kit)
  bench.draw()
  return root
}
const banner = (root: HTMLElement) => {
  const dom = root.querySelector<HTMLElement>('.banner')
  return dom?.hidden ? null : dom?.textContent
}

describe('The page', () => {
  test('at its root is an idle Home, whatever runs', () => {
    bench.state.rows.put(running('A'))
    const root = mount()
    expect(root.querySelector('.home')).not.toBeNull()
    expect(root.querySelector('.pane')).toBeNull()
    expect(root.querySelector('.row.is-running')).not.toBeNull()
  })

  test('lists the chats that are seen first at once, and a thousand soon after, in their order', () => {
    for (let at = 0; at < 1_000; at++) bench.state.rows.put(session(`${at}-`, { title: `Chat ${at}` }))
    const root = mount()
    const titles = () => [...root.querySelectorAll('.row-title')].map((title) => title.textContent)
    const first = titles()
    expect(first.length).toBeGreaterThan(50)
    expect(first.length).toBeLessThan(500)
    for (let frame = 0; frame < 10; frame++) bench.draw()
    expect(titles()).toHaveLength(1_000)
    expect(titles().slice(0, first.length)).toEqual(first)
  })

  test('shows a chat, another, and the first again as the very same nodes', async () => {
    for (const name of ['A', 'B']) hold(bench.state, session(name), initialState)
    const root = mount()
    const go = (name: string) => {
      bench.kit.actions.navigate({ name: 'session', sessionId: id('ses', name) })
      bench.draw()
    }
    go('A')
    await vi.waitFor(() => expect(root.querySelector('.pane-title')?.textContent).toBe('A'))
    const field = root.querySelector('.pane textarea')
    go('B')
    expect(root.querySelector('.pane-title')?.textContent).toBe('B')
    go('A')
    expect(root.querySelector('.pane textarea')).toBe(field)
  })

  test('says that a chat is not there, and what to do', () => {
    bench.state.pane.project({ name: 'session', sessionId: id('ses', 'gone') })
    bench.state.pane.markMissing(id('ses', 'gone'))
    expect(mount().querySelector('.missing')?.textContent).toContain('There is no such chat')
  })

  test('without a key asks for a login, and keeps what it shows once there is one', () => {
    bench.state.shelf.setKey('none')
    const root = mount()
    expect(root.querySelector('.door')).not.toBeNull()
    expect(root.querySelector<HTMLElement>('.app')?.hidden).toBe(true)
    bench.state.shelf.setKey('held')
    bench.draw()
    expect(root.querySelector('.door')).toBeNull()
    expect(root.querySelector<HTMLElement>('.app')?.hidden).toBe(false)
  })

  test('without a key speaks of no lost connection, however long it stands', () => {
    bench.state.shelf.setKey('none')
    bench.state.shelf.setConnection({ state: 'connecting', since: 1, banner: true })
    const root = mount()
    expect(banner(root)).toBeNull()
    expect(document.activeElement?.id).toBe('login-code')
  })

  test('says nothing of a connection that is lost for a moment, and something of one that stays away', () => {
    const root = mount()
    bench.state.shelf.setConnection({ state: 'lost', since: 0, banner: false })
    bench.draw()
    expect(banner(root)).toBeNull()
    bench.state.shelf.setConnection({ state: 'lost', since: 0, banner: true })
    bench.draw()
    expect(banner(root)).toContain('No connection')
    bench.state.shelf.setConnection({ state: 'live', since: 0, banner: false })
    bench.draw()
    expect(banner(root)).toBeNull()
  })

  test('older than its server says so and offers to load again', () => {
    const root = mount()
    bench.state.shelf.setServerVersion('2')
    bench.draw()
    expect(banner(root)).toContain('Heddle was updated')
    root.querySelector<HTMLElement>('.banner .btn')?.click()
    expect(bench.calls.at(-1)).toEqual(['reload'])
  })

  test('takes no shortcut while a dialog is open', () => {
    mount()
    void confirmDialog({ title: 'Delete?', text: 'Really', confirm: 'Delete' })
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true, cancelable: true }))
    expect(bench.calls).toEqual([])
  })
})

describe('Home', () => {
  const can = { approve: true, question: true, resume: true, steer: false, images: false }
  const provider = (name: string, more: object = {}) => ({
    id: name,
    name,
    kind: 'agent' as const,
    state: 'ready' as const,
    detail: '',
    icon: '',
    models: [],
    defaultModel: null,
    can,
    ...more,
  })
  const settings = {
    theme: 'system',
    density: 'comfortable',
    sidebarWidth: 288,
    lastProvider: null,
    lastModels: {},
    lastProjectId: null,
    notifications: false,
  } as const
  const fill = (more: object = {}) =>
    bench.state.follow.bootstrap({
      providers: [
        provider('demo', {
          kind: 'demo',
          models: [
            { id: 'guide', name: 'Guide' },
            { id: 'worker', name: 'Worker' },
          ],
          defaultModel: 'guide',
        }),
        provider('codex', {
          models: [
            { id: 'fast', name: 'Fast' },
            { id: 'deep', name: 'Deep' },
          ],
          defaultModel: 'fast',
        }),
        provider('gemini', { state: 'not_installed', detail: 'It is not on the PATH.', install: 'npm i -g gemini' }),
      ],
      projects: [],
      sessions: [],
      feedCursor: '',
      settings: { ...settings, ...more },
      version: '1',
    })
  const type = (root: HTMLElement, text: string) => {
    const field = root.querySelector<HTMLTextAreaElement>('.home textarea')!
    field.value = text
    field.dispatchEvent(new Event('input'))
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
    bench.draw()
  }

  test('begins a chat with the provider and model that are picked', () => {
    fill({ lastProvider: 'codex', lastModels: { codex: 'deep' } })
    type(mount(), 'Fix it')
    expect(bench.calls.at(-1)).toEqual([
      'newSession',
      { provider: 'codex', model: 'deep', projectId: null, text: 'Fix it' },
    ])
  })

  test('at a first start has the demo picked, and one button that tries it', () => {
    fill()
    const root = mount()
    expect(root.querySelector('.pill[aria-checked=true]')?.textContent).toContain('demo')
    root.querySelector<HTMLElement>('.home-hint button')?.click()
    expect(bench.calls.at(-1)).toMatchObject(['newSession', { provider: 'demo', model: 'worker' }])
  })

  const opencode = provider('opencode', { detail: '/usr/bin/opencode' })
  const withOpencode = () => {
    fill()
    bench.state.shelf.setProviders([...bench.state.shelf.providers, opencode])
    const root = mount()
    const pick = (name: string) => {
      const pill = [...root.querySelectorAll<HTMLElement>('.pill')].find((one) => one.textContent?.includes(name))
      pill?.click()
      bench.state.shelf.setSettings({ ...settings, lastProvider: name })
      bench.draw()
    }
    const asked = () => bench.calls.filter(([name]) => name === 'refreshProvider')
    const chip = () => root.querySelector<HTMLButtonElement>('.home button[aria-label^="Model:"]')!
    const help = () => root.querySelector<HTMLElement>('.provider-help')!
    return { root, pick, asked, chip, help }
  }
  const learning = doingOf.provider('opencode')

  test('asks an agent that has never run for its models when it is picked, and only then', () => {
    const { pick, asked, chip, help } = withOpencode()
    pick('codex')
    pick('gemini')
    pick('demo')
    expect(asked()).toEqual([])
    pick('opencode')
    expect(asked()).toEqual([['refreshProvider', 'opencode']])
    bench.state.doings.begin(learning)
    bench.draw()
    expect(chip().hidden).toBe(false)
    expect(chip().textContent).toBe('Learning its models…')
    expect(help().hidden).toBe(true)
    const models = [{ id: 'small', name: 'Small' }]
    bench.state.shelf.setProviders([{ ...opencode, models, defaultModel: 'small' }])
    bench.state.doings.end(learning)
    bench.draw()
    expect(chip().textContent).toBe('Small')
    expect(chip().disabled).toBe(false)
  })

  test('sends to an agent whose models are being learnt at once: it takes its own', () => {
    const { root, pick } = withOpencode()
    pick('opencode')
    bench.state.doings.begin(learning)
    bench.draw()
    type(root, 'Fix it')
    expect(bench.calls.at(-1)).toEqual([
      'newSession',
      { provider: 'opencode', model: null, projectId: null, text: 'Fix it' },
    ])
  })

  test('says why an agent did not tell its models, in its words, and asks again only when told to', () => {
    const { pick, asked, chip, help } = withOpencode()
    pick('opencode')
    bench.state.doings.fail(learning, { code: 'provider_not_ready', detail: 'It exited: no configuration', more: {} })
    bench.draw()
    expect(chip().hidden).toBe(true)
    expect(help().hidden).toBe(false)
    expect(help().querySelector('[role=alert]')?.textContent).toBe('It exited: no configuration')
    pick('demo')
    expect(help().hidden).toBe(true)
    pick('opencode')
    expect(asked()).toHaveLength(1)
    press(help(), 'Check again')
    expect(asked()).toHaveLength(2)
    bench.state.doings.begin(learning)
    bench.draw()
    expect(chip().textContent).toBe('Learning its models…')
    expect(help().querySelector('button')?.disabled).toBe(true)
  })

  test('has those that can answer stand first, in their order', () => {
    const { root } = withOpencode()
    const names = [...root.querySelectorAll('.pill-name')].map((name) => name.textContent)
    expect(names).toEqual(['demo', 'codex', 'opencode', 'gemini'])
  })

  test('says how to install what is not there, and sends nothing to it', () => {
    fill({ lastProvider: 'gemini' })
    const root = mount()
    expect(root.querySelector('.provider-help')?.textContent).toContain('npm i -g gemini')
    type(root, 'Fix it')
    expect(bench.calls).toEqual([])
    expect(root.querySelector<HTMLTextAreaElement>('.home textarea')?.value).toBe('Fix it')
    expect(root.querySelector('.home [role=alert]:not([hidden])')?.textContent).toContain(
      'Choose a provider that is ready',
    )
  })

  test('sends what was sent before it was known who could answer', () => {
    const root = mount()
    type(root, 'Fix it')
    expect(bench.calls).toEqual([])
    fill({ lastProvider: 'codex' })
    bench.draw()
    expect(bench.calls).toEqual([['newSession', { provider: 'codex', model: 'fast', projectId: null, text: 'Fix it' }]])
  })
})
