import type { Page } from '../../shared/api.ts'
import type { Session } from '../../shared/model.ts'
import { cutGraphemes } from '../../shared/text.ts'
import { createClient } from './client.ts'
import { type CommandLine, printJson, textValue } from './command.ts'
import { visible } from './visible.ts'

export const ls: CommandLine = {
  name: 'ls',
  usage: '[words]',
  summary: 'Lists sessions, newest activity first; with words, those that have them in their title.',
  options: { state: { type: 'string' }, archived: { type: 'boolean' }, limit: { type: 'string' } },
  optionHelp: {
    '--state STATE': 'only those that are running, needs_approval, needs_answer, error, …',
    '--archived': 'the archived ones instead',
    '--limit N': 'at most so many (50)',
  },
  async run(call) {
    const query = new URLSearchParams({ archived: String(call.values.archived === true) })
    for (const name of ['state', 'limit']) {
      const value = textValue(call, name)
      if (value !== undefined) query.set(name, value)
    }
    if (call.words.length > 0) query.set('q', call.words.join(' '))
    const page = await createClient(call).request<Page<Session>>('GET', `/api/sessions?${query}`)
    if (call.isJson) printJson(call.io, page)
    else for (const session of page.items) call.io.out(`${rowOf(session)}\n`)
    return 0
  },
}

const columns = { state: 14, provider: 24 }

function rowOf({ id, state, provider, model, title, activity, updatedAt }: Session): string {
  const what = cutGraphemes(visible([title || 'Untitled', activity].filter(Boolean).join(' · ')), 80)
  const from = cutGraphemes([provider, model].filter(Boolean).join('/'), columns.provider)
  return [id, state.padEnd(columns.state), from.padEnd(columns.provider), updatedAt.slice(0, 16), what].join('  ')
}
