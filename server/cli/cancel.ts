import type { SessionAnswer } from '../../shared/api.ts'
import { createClient } from './client.ts'
import { type CommandLine, printJson, sessionWord } from './command.ts'
import { CliError } from './io.ts'

export const cancel: CommandLine = {
  name: 'cancel',
  usage: '<session> [run]',
  summary: 'Stops what runs in a session, or the run that is named: a queued one leaves the queue.',
  async run(call) {
    const sessionId = sessionWord(call)
    const client = createClient(call)
    const streamId = call.words[1] ?? (await activeStream(() => client.request('GET', `/api/sessions/${sessionId}`)))
    const path = `/api/sessions/${sessionId}/streams/${encodeURIComponent(streamId)}/cancel`
    const stopped = await client.request<{ state: string }>('POST', path)
    if (call.isJson) printJson(call.io, stopped)
    else call.io.err(stopped.state === 'stopping' ? 'Stopping.\n' : 'Cancelled.\n')
    return 0
  },
}

async function activeStream(get: () => Promise<SessionAnswer>): Promise<string> {
  const { session } = await get()
  if (session.activeStreamId === null) throw new CliError('Nothing runs in this session.')
  return session.activeStreamId
}
