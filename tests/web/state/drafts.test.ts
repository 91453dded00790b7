import { beforeEach, expect, test } from 'vitest'
import type { FilePart } from '../../../shared/model.ts'
import type { LeftOver } from '../../../web/src/state/draft-entries.ts'
import { createDrafts, type Drafts } from '../../../web/src/state/drafts.ts'
import { handsOnMs } from '../../../web/src/state/limits.ts'

let drafts: Drafts
let told: string[]
beforeEach(() => {
  told = []
  drafts = createDrafts((key) => told.push(key))
})
const draft = (text: string, files: FilePart[] = []) => ({ text, files })

test('What is typed on another device shows in a composer that nobody touches', () => {
  drafts.receive('a', draft('from the phone'), 0)
  expect(drafts.get('a').text).toBe('from the phone')
  expect(told).toEqual(['draft:a'])
})

test("Nothing changes under the writer's hands, nor takes from them what is not saved yet", () => {
  drafts.edit('a', draft('mine'), 1000)
  drafts.receive('a', draft('theirs'), 1500)
  expect(drafts.get('a').text).toBe('mine')
  drafts.receive('a', draft('theirs'), 1000 + handsOnMs)
  expect(drafts.get('a').text).toBe('mine')
  expect(drafts.unsaved('a')).toEqual(draft('mine'))
  expect(told).toEqual([])
})

test('What came from elsewhere while the writer paused shows after the pause, for its writer was the last', () => {
  drafts.edit('a', draft('mine'), 0)
  drafts.saved('a', draft('mine'))
  drafts.receive('a', draft('theirs'), 1000)
  expect(drafts.get('a').text).toBe('mine')
  drafts.settle('a', handsOnMs)
  expect(drafts.get('a').text).toBe('theirs')
  expect(drafts.unsaved('a')).toBeNull()
})

test('What came from elsewhere is forgotten once this writer was the last', () => {
  drafts.edit('a', draft('mine'), 0)
  drafts.receive('a', draft('theirs'), 1000)
  drafts.saved('a', draft('mine'))
  drafts.settle('a', handsOnMs)
  expect(drafts.get('a').text).toBe('mine')
})

test('The last writer wins once the hands are off and all was saved', () => {
  drafts.edit('a', draft('mine'), 0)
  drafts.saved('a', draft('mine'))
  drafts.receive('a', draft('theirs'), handsOnMs)
  expect(drafts.get('a').text).toBe('theirs')
})

test('What was sent is taken out, and what was typed since stays', () => {
  drafts.edit('a', draft('do it'), 0)
  drafts.edit('a', draft('do it and then'), 1)
  drafts.takeOut('a', draft('do it'))
  expect(drafts.get('a').text).toBe(' and then')
  drafts.takeOut('a', draft(' and then'))
  expect(drafts.get('a').text).toBe('')
})

test('What was typed anew while the old was on its way stays whole', () => {
  drafts.edit('a', draft('first'), 0)
  drafts.edit('a', draft('another thought'), 1)
  drafts.takeOut('a', draft('first'))
  expect(drafts.get('a').text).toBe('another thought')
})

test('A file that was added since the send stays', () => {
  const file = (fileId: string): FilePart => ({ type: 'file', fileId, name: fileId, mimeType: 'text/plain', size: 1 })
  drafts.edit('a', draft('see', [file('1'), file('2')]), 0)
  drafts.takeOut('a', draft('see', [file('1')]))
  expect(drafts.get('a')).toEqual(draft('', [file('2')]))
})

test("One chat's draft is never another's", () => {
  drafts.edit('a', draft('for A'), 0)
  expect(drafts.get('b').text).toBe('')
  drafts.receive('b', draft('for B'), 0)
  expect(drafts.get('a').text).toBe('for A')
})

test('What is typed before the saved draft has come stands after it, and neither is lost', () => {
  drafts.edit('new', draft('quick'), 0)
  drafts.opened('new', draft('an old thought'), 0, 1)
  expect(drafts.get('new').text).toBe('an old thought\n\nquick')
  expect(told).toEqual(['draft:new'])
  expect(drafts.unsaved('new')).toEqual(draft('an old thought\n\nquick'))
})

test('What goes on from the saved draft is not put after it once more', () => {
  drafts.edit('new', draft('an old thought, gone on'), 0)
  drafts.opened('new', draft('an old thought'), 0, 1)
  expect(drafts.get('new').text).toBe('an old thought, gone on')
  expect(told).toEqual([])
})

test('An answer that was asked for before the last key says nothing of the draft', () => {
  drafts.opened('a', draft('old'), 0, 0)
  const version = drafts.version('a')
  drafts.edit('a', draft('new'), 1)
  drafts.saved('a', draft('new'))
  drafts.opened('a', draft('old'), version, 2)
  drafts.settle('a', handsOnMs * 2)
  expect(drafts.get('a').text).toBe('new')
})

test('What was sent does not come back with an answer from before', () => {
  drafts.opened('a', draft('do it'), 0, 0)
  const version = drafts.version('a')
  drafts.takeOut('a', draft('do it'))
  drafts.saved('a', draft(''))
  drafts.opened('a', draft('do it'), version, handsOnMs * 2)
  expect(drafts.get('a').text).toBe('')
})

/** What this tab's storage holds. */
function reloadable() {
  const kept = new Map<string, LeftOver>()
  const open = () =>
    createDrafts(() => undefined, {
      load: () => [...kept],
      put: (key, leftOver) => void kept.set(key, leftOver),
      remove: (key) => void kept.delete(key),
    })
  return { kept, open }
}

test('A reload right after the last key loses nothing, though the server has only half of it', () => {
  const { kept, open } = reloadable()
  const before = open()
  before.opened('a', draft(''), 0, 0)
  before.edit('a', draft('half'), 1)
  before.saved('a', draft('half'))
  expect(kept.size).toBe(0)
  before.edit('a', draft('half and whole'), 2)
  const after = open()
  expect(after.get('a').text).toBe('half and whole')
  expect(after.unsavedKeys()).toEqual(['a'])
  after.opened('a', draft('half'), after.version('a'), 3)
  expect(after.get('a').text).toBe('half and whole')
})

test('What was deleted right before a reload stays deleted', () => {
  const { open } = reloadable()
  const before = open()
  before.opened('a', draft('a secret'), 0, 0)
  before.edit('a', draft(''), 1)
  const after = open()
  expect(after.get('a').text).toBe('')
  expect(after.unsaved('a')).toEqual(draft(''))
})
