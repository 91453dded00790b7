import type { SendAnswer } from '../../shared/api.ts'
import type { StopReason } from '../../shared/model.ts'
import { createClient } from './client.ts'
import { type Call, type CommandLine, printJson, sessionWord, textValue, textWords } from './command.ts'
import { follow } from './events.ts'
import { exitCodes } from './io.ts'
import { sendOptions, sendTurn } from './send.ts'
import { createTranscript } from './transcript.ts'

/** As a shell says that Ctrl+C ended it. */
const interruptedExit = 130

export const ask: CommandLine = {
  name: 'ask',
  usage: '<session> <text>',
  summary:
    'Sends a prompt and streams the answer to standard output; what else happens goes to standard error.\n' +
    'Ctrl+C leaves; the run goes on. Ends with 0 after a good end, else with 1.',
  ...sendOptions,
  async run(call) {
    const sessionId = sessionWord(call)
    const text = await textWords(call, 1)
    const client = createClient(call)
    const sent = await sendTurn(client, sessionId, text, textValue(call, 'when-busy'))
    if (sent.position !== undefined && !call.isJson) call.io.err(`Queued: number ${sent.position}.\n`)
    return answerTo(call, sessionId, sent)
  },
}

async function answerTo(call: Call, sessionId: string, { streamId }: SendAnswer): Promise<number> {
  const { io, isJson } = call
  let isMidLine = false
  const transcript = createTranscript({
    text(words) {
      isMidLine = !words.endsWith('\n')
      io.out(words)
    },
    note: (line) => io.err(`${line}\n`),
    showPrompts: false,
  })
  const onLost = () => io.err('The connection is lost; trying again.\n')
  const options = { client: createClient(call), sessionId, streamId, after: 0, signal: io.signal, onLost }
  let ended: StopReason | null = null
  for await (const followed of follow(options)) {
    if (isJson) printJson(io, followed.kind === 'event' ? followed.event : { type: 'reset', ...followed.snapshot })
    else if (followed.kind === 'event') transcript.event(followed.event)
    else transcript.cut(followed.snapshot)
    if (followed.kind === 'event' && followed.event.type === 'turn_ended') ended = followed.event.stopReason
    if (followed.kind === 'cut')
      ended ??= followed.snapshot.state.runs.find(({ id }) => id === streamId)?.stopReason ?? null
  }
  if (isMidLine) io.out('\n')
  if (io.signal.aborted) {
    io.err(`Left; the run goes on. \`heddle cancel ${sessionId}\` stops it.\n`)
    return interruptedExit
  }
  return ended === 'end_turn' ? 0 : exitCodes.failed
}
