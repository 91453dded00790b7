/** Events as a person reads them in a terminal: text as it comes, everything else as one line. */
import type { SessionEvent } from '../../shared/events.ts'
import type { Message, Permission, Question } from '../../shared/model.ts'
import type { Snapshot } from '../../shared/state.ts'
import { oneLine } from '../../shared/text.ts'
import { visible } from './visible.ts'

export interface Transcript {
  event(event: SessionEvent): void
  /** Catches up with where things stand; what was printed already is not printed again. */
  cut(snapshot: Snapshot): void
}

interface Options {
  /** What the agent says. */
  readonly text: (text: string) => void
  /** One line about what it does, without its end. */
  readonly note: (line: string) => void
  /** Prompts are notes as well: for who follows a session and did not type them. */
  readonly showPrompts: boolean
}

export function createTranscript({ text, note, showPrompts }: Options): Transcript {
  /** Characters of each message that are on the screen. */
  const printed = new Map<string, number>()
  const titles = new Map<string, string>()
  let isMidLine = false

  return {
    event(event) {
      if (event.type === 'agent_message_chunk') return say(event.messageId, event.text)
      const line = lineOf(event)
      if (line !== null) tell(line)
    },
    cut({ state }) {
      for (const message of state.live?.messages ?? []) {
        const whole = textOf(message)
        say(message.id, whole.slice(printed.get(message.id) ?? 0))
      }
      for (const pending of state.pending) tell('digest' in pending ? approvalLine(pending) : questionLine(pending))
    },
  }

  function say(messageId: string, words: string) {
    if (words === '') return
    printed.set(messageId, (printed.get(messageId) ?? 0) + words.length)
    isMidLine = !words.endsWith('\n')
    text(visible(words))
  }

  function tell(line: string) {
    if (isMidLine) text('\n')
    isMidLine = false
    note(visible(line))
  }

  function lineOf(event: SessionEvent): string | null {
    switch (event.type) {
      case 'user_message':
        return showPrompts ? `> ${textOf(event.message)}` : null
      case 'tool_call':
      case 'tool_call_update': {
        const title = event.title ? oneLine(event.title) : (titles.get(event.toolCallId) ?? event.toolCallId)
        const isNews = !titles.has(event.toolCallId) || event.status === 'failed'
        titles.set(event.toolCallId, title)
        return isNews ? `[${event.status === 'failed' ? 'failed' : 'tool'}] ${title}` : null
      }
      case 'permission_requested':
        return approvalLine(event.permission)
      case 'question_asked':
        return questionLine(event.question)
      case 'notice':
        return noticeLine(event)
      case 'turn_ended':
        return endLine(event)
      default:
        return null
    }
  }
}

function approvalLine({ id, sessionId, title }: Permission): string {
  return `[approval] ${oneLine(title)}\n           heddle approve ${sessionId} ${id}`
}

function questionLine({ id, sessionId, message }: Question): string {
  return `[question] ${oneLine(message)}\n           heddle answer ${sessionId} ${id} …`
}

function noticeLine({ level, text, retry }: SessionEvent & { type: 'notice' }): string {
  const again = retry ? ` Trying again, ${retry.attempt} of ${retry.of}.` : ''
  return `[${level}] ${text}${again}`
}

function endLine({ stopReason, recovery }: SessionEvent & { type: 'turn_ended' }): string | null {
  if (stopReason === 'end_turn') return null
  return recovery ? `[${stopReason}] ${recovery.summary} ${recovery.safeRetry}` : `[${stopReason}]`
}

function textOf({ parts }: Message): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}
