import type { SessionAnswer } from '../../shared/api.ts'
import { createClient } from './client.ts'
import { type CommandLine, printJson, sessionWord, textValue } from './command.ts'
import { follow } from './events.ts'
import { usageError } from './io.ts'
import { createTranscript } from './transcript.ts'

export const tail: CommandLine = {
  name: 'tail',
  usage: '<session>',
  summary: 'Follows a session: everything that happens in it from now on, until Ctrl+C.',
  options: { after: { type: 'string' } },
  optionHelp: { '--after N': 'begin after event N; 0 is the beginning' },
  async run(call) {
    const { io, isJson } = call
    const sessionId = sessionWord(call)
    const client = createClient(call)
    const { session } = await client.request<SessionAnswer>('GET', `/api/sessions/${sessionId}`)
    const after = afterOf(textValue(call, 'after')) ?? session.headSeq
    const transcript = createTranscript({ text: io.out, note: (line) => io.out(`${line}\n`), showPrompts: true })
    const onLost = () => io.err('The connection is lost; trying again.\n')
    for await (const followed of follow({ client, sessionId, streamId: '*', after, signal: io.signal, onLost })) {
      if (isJson) printJson(io, followed.kind === 'event' ? followed.event : { type: 'reset', ...followed.snapshot })
      else if (followed.kind === 'event') transcript.event(followed.event)
      else transcript.cut(followed.snapshot)
    }
    return 0
  },
}

function afterOf(value: string | undefined): number | null {
  if (value === undefined) return null
  if (!/^\d{1,15}$/.test(value)) throw usageError('--after takes the number of an event.')
  return Number(value)
}
