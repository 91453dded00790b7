/**
 * Newline-delimited JSON between bytes and the SDK, for input that is not to be trusted: lines are capped, what is no
 * protocol is counted and left out, and a kind of update that we do not know is ignored as the protocol asks.
 */
import type { Readable, Writable } from 'node:stream'
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk'
import { runtimeError } from '../failure.ts'
import { maxGarbageLines, maxLineBytes } from '../limits.ts'

export interface Wire {
  readonly stream: Stream
  /** Lines so far that were no protocol. */
  garbageLines(): number
  /** Calls back once the answer to this request has been handed to the other side; never if it cannot be. */
  afterAnswer(requestId: string | number | null, callback: () => void): void
}

/** `who`: for the sentences of errors. Reading fails with `RuntimeError` on a flood and on nonsense. */
export function openWire(input: Readable, output: Writable, who: string): Wire {
  const answers = new Map<string | number | null, () => void>()
  const garbage = new Garbage(who)
  const messages = readMessages(input, garbage, who)
  const readable = new ReadableStream<AnyMessage>(
    {
      async pull(controller) {
        const { value, done } = await messages.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        input.destroy()
      },
    },
    { highWaterMark: 0 },
  )
  const writable = new WritableStream<AnyMessage>({
    async write(message) {
      await writeLine(output, `${JSON.stringify(message)}\n`)
      if ('method' in message || !('id' in message)) return
      answers.get(message.id)?.()
      answers.delete(message.id)
    },
  })
  return {
    stream: { readable, writable },
    garbageLines: () => garbage.total,
    afterAnswer: (requestId, callback) => answers.set(requestId, callback),
  }
}

export function writeLine(output: Writable, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(line, (error) => (error ? reject(error) : resolve()))
  })
}

async function* readMessages(input: Readable, garbage: Garbage, who: string): AsyncGenerator<AnyMessage, void> {
  for await (const line of readLines(input, who)) {
    const message = parse(line)
    if (!message) garbage.add(line)
    else if (isForUs(message)) {
      garbage.forgive()
      yield message
    }
  }
}

/** Ends quietly when the other side is gone: that is told by the transport. */
async function* readLines(input: Readable, who: string): AsyncGenerator<string, void> {
  let held: Buffer[] = []
  let heldBytes = 0
  const hold = (piece: Buffer) => {
    held.push(piece)
    heldBytes += piece.length
    if (heldBytes <= maxLineBytes) return
    const cause = `One line was longer than ${maxLineBytes / 1024 / 1024} MiB.`
    throw runtimeError('flood', `${who} flooded its output and was ended.`, { cause })
  }
  for await (const chunk of untilGone(input)) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      hold(chunk.subarray(from, at))
      const line = Buffer.concat(held).toString('utf8')
      held = []
      heldBytes = 0
      from = at + 1
      if (line.trim() !== '') yield line
    }
    if (from < chunk.length) hold(chunk.subarray(from))
  }
}

async function* untilGone(input: Readable): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of input) yield chunk as Buffer
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

function parse(line: string): AnyMessage | null {
  try {
    const value: unknown = JSON.parse(line)
    const isMessage = typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0'
    return isMessage ? (value as AnyMessage) : null
  } catch {
    return null
  }
}

const knownUpdates = new Set([
  'user_message_chunk',
  'agent_message_chunk',
  'agent_thought_chunk',
  'tool_call',
  'tool_call_update',
  'plan',
  'available_commands_update',
  'current_mode_update',
  'config_option_update',
  'session_info_update',
  'usage_update',
  'notice',
  'compaction_update',
  'compaction_summary_chunk',
])

/** The SDK would print a complaint about an unknown update, and about an error that answers nothing of ours. */
function isForUs(message: AnyMessage): boolean {
  if (!('method' in message)) return message.id !== null
  if (message.method !== 'session/update') return true
  const { update } = (message.params ?? {}) as { update?: { sessionUpdate?: unknown } }
  return typeof update?.sessionUpdate === 'string' && knownUpdates.has(update.sessionUpdate)
}

/** Counts lines that are no protocol; too many in a row end the reading. */
class Garbage {
  total = 0
  private inRow = 0
  private readonly who: string

  constructor(who: string) {
    this.who = who
  }

  add(line: string): void {
    this.total++
    this.inRow++
    if (this.inRow <= maxGarbageLines) return
    const cause = `More than ${maxGarbageLines} lines in a row were no protocol; the last: ${line.slice(0, 200)}`
    throw runtimeError('protocol', `${this.who} does not speak the Agent Client Protocol.`, { cause })
  }

  forgive(): void {
    this.inRow = 0
  }
}
