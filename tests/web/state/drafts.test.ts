import { beforeEach, expect, test } from 'vitest'
import type { FilePart } from '../../../shared/model.ts'
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
