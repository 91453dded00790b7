import { nanoid } from 'nanoid'
import type { SendAnswer } from '../../shared/api.ts'
import { idRandomLength } from '../../shared/ids.ts'
import { type Client, createClient } from './client.ts'
import { type CommandLine, printJson, sessionWord, textValue, textWords } from './command.ts'
import { usageError } from './io.ts'

const whenBusy = ['queue', 'steer', 'interrupt', 'reject']

export const sendOptions = {
  options: { 'when-busy': { type: 'string' } },
  optionHelp: { '--when-busy HOW': 'queue (the default), steer, interrupt or reject' },
} as const satisfies Partial<CommandLine>

export const send: CommandLine = {
  name: 'send',
  usage: '<session> <text>',
  summary: 'Sends a prompt and does not wait for the answer. A text of `-` is read from standard input.',
  ...sendOptions,
  async run(call) {
    const sessionId = sessionWord(call)
    const text = await textWords(call, 1)
    const sent = await sendTurn(createClient(call), sessionId, text, textValue(call, 'when-busy'))
    if (call.isJson) printJson(call.io, sent)
    else call.io.out(`${sent.streamId} ${sent.state}${sent.position ? ` ${sent.position}` : ''}\n`)
    return 0
  },
}

/** The message's id is made here: the server takes it once, however often it comes. */
export function sendTurn(client: Client, sessionId: string, text: string, when = 'queue'): Promise<SendAnswer> {
  if (!whenBusy.includes(when)) throw usageError(`--when-busy is one of ${whenBusy.join(', ')}.`)
  const body = { messageId: `msg_${nanoid(idRandomLength)}`, text, whenBusy: when }
  return client.request('POST', `/api/sessions/${sessionId}/turns`, body)
}
