/**
 * What a runtime says, on its way to the log: in order, neighbouring text merged. The first text of a turn goes at
 * once, later text after 15 ms, anything else at once and with what was before it. While the disk is busy the outbox
 * fills instead of the log's queue, and a runtime that outruns it by far is a flood.
 */
import type { EventDraft } from '../../shared/events.ts'
import { chunkMergeMs, maxAppendsInFlight, maxBufferedLength, maxChunkLength } from './limits.ts'

type TextDraft = Extract<EventDraft, { type: 'agent_message_chunk' | 'agent_thought_chunk' }>

export interface OutboxPort {
  /** Never rejects unheard: who owns the log is told of its failures. */
  append(drafts: readonly EventDraft[]): Promise<void>
  onFlood(): void
}

export class Outbox {
  readonly #port: OutboxPort
  #buffer: EventDraft[] = []
  #length = 0
  #timer: NodeJS.Timeout | undefined
  #inFlight = 0
  #isFirst = true
  /** The time of what is buffered has come, but the disk is busy. */
  #isDue = false

  constructor(port: OutboxPort) {
    this.#port = port
  }

  /** The next text is the first of a turn. */
  begin(): void {
    this.#isFirst = true
  }

  text(draft: TextDraft): void {
    for (const text of split(draft.text)) this.#addText({ ...draft, text })
    if (this.#buffer.length === 0) return
    if (this.#isFirst) this.#due()
    else this.#timer ??= setTimeout(() => this.#due(), chunkMergeMs)
    this.#isFirst = false
  }

  add(draft: EventDraft): void {
    this.#buffer.push(draft)
    this.#grow(this.#inFlight < maxAppendsInFlight ? 0 : JSON.stringify(draft).length)
    this.#due()
  }

  /** Everything that is buffered is appended now: what follows stands behind it. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isDue = false
    if (this.#buffer.length === 0) return
    const drafts = this.#buffer
    this.#buffer = []
    this.#length = 0
    this.#inFlight += 1
    const over = () => {
      this.#inFlight -= 1
      if (this.#isDue) this.#due()
    }
    this.#port.append(drafts).then(over, over)
  }

  #addText(draft: TextDraft): void {
    const last = this.#buffer.at(-1)
    if (last && isText(last) && isSameText(last, draft) && last.text.length + draft.text.length <= maxChunkLength)
      this.#buffer[this.#buffer.length - 1] = { ...last, text: last.text + draft.text }
    else this.#buffer.push(draft)
    this.#grow(draft.text.length)
  }

  #grow(length: number): void {
    this.#length += length
    if (this.#length > maxBufferedLength) this.#port.onFlood()
  }

  #due(): void {
    this.#isDue = true
    if (this.#inFlight < maxAppendsInFlight) this.flush()
  }
}

function isText(draft: EventDraft): draft is TextDraft {
  return draft.type === 'agent_message_chunk' || draft.type === 'agent_thought_chunk'
}

function isSameText(one: TextDraft, other: TextDraft): boolean {
  return one.type === other.type && one.messageId === other.messageId && one.author === other.author
}

/** Pieces of at most `maxChunkLength`, never cut within a surrogate pair. */
function split(text: string): string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + maxChunkLength, text.length)
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff
