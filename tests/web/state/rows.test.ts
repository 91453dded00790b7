import { expect, test } from 'vitest'
import { pageMark } from '../../../web/src/state/mark.ts'
import { openTab, permission, row, runId, ses } from './world.ts'

const minute = (n: number) => `2026-01-02T03:${String(n).padStart(2, '0')}:00.000Z`

test('Who waits stands first by when it asked, who runs by when it began, the rest by project and age', () => {
  const { state } = openTab()
  const asks = (name: string, at: number) =>
    row(ses(name), {
      state: 'needs_approval',
      pending: [{ ...permission(ses(name), runId('r'), name), askedAt: minute(at) }],
    })
  const rows = [
    row(ses('old'), { updatedAt: minute(1) }),
    row(ses('new'), { updatedAt: minute(9) }),
    row(ses('pinned'), { updatedAt: minute(0), pinned: true }),
    row(ses('project'), { updatedAt: minute(5), projectId: 'prj_1' }),
    row(ses('gone'), { archivedAt: minute(3) }),
    row(ses('run1'), { state: 'running', activeSince: minute(1), updatedAt: minute(50) }),
    row(ses('run2'), { state: 'stopping', activeSince: minute(2) }),
    asks('late', 8),
    asks('early', 7),
  ]
  for (const each of rows) state.rows.put(each)
  expect(state.rows.sections()).toEqual({
    needsYou: [ses('early'), ses('late')],
    running: [ses('run2'), ses('run1')],
    groups: [
      { projectId: null, sessionIds: [ses('pinned'), ses('new'), ses('old')] },
      { projectId: 'prj_1', sessionIds: [ses('project')] },
    ],
  })
})

test('A row that only says something new moves nothing in the list', () => {
  const tab = openTab()
  const fields = { state: 'running', activeSince: minute(1) } as const
  tab.state.rows.put(row(ses('a'), fields))
  const sections = tab.state.rows.sections()
  tab.touched()
  tab.state.rows.put(row(ses('a'), { ...fields, activity: 'Running npm test', updatedAt: minute(2), headSeq: 9 }))
  expect(tab.state.rows.sections()).toBe(sections)
  expect(tab.touched()).not.toContain('rows')
})

test('An answer that comes late does not take a row back', () => {
  const { state } = openTab()
  state.rows.put(row(ses('a'), { title: 'new', revision: 3 }))
  state.rows.put(row(ses('a'), { title: 'old', revision: 2 }))
  expect(state.rows.get(ses('a'))?.title).toBe('new')
})

test('The title counts who wants the person, once each, and says which chat this is', () => {
  const tab = openTab()
  const asking = permission(ses('b'), runId('r'), 'x')
  tab.state.rows.put(row(ses('a'), { title: 'Fix the tests', unread: true }))
  tab.state.rows.put(row(ses('b'), { unread: true, pending: [asking], state: 'needs_approval' }))
  tab.state.rows.put(row(ses('c'), { unread: true, archivedAt: minute(1) }))
  tab.show(ses('a'))
  expect(pageMark(tab.state)).toEqual({
    title: '(2) Fix the tests · Heddle',
    badge: 2,
    sessionId: ses('a'),
    state: 'unread',
  })
  tab.show(ses('b'))
  expect(pageMark(tab.state).state).toBe('approval')
  tab.show(null)
  expect(pageMark(tab.state)).toMatchObject({ title: '(2) Heddle', sessionId: null, state: 'idle' })
})
