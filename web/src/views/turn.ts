/** A turn: the prompt, the answer along the thread, and one line at its end that is there from the beginning. */
import type { Run } from '../../../shared/model.ts'
import { h, setAttr, setClass, setText } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { duration, exact, timeOfDay } from '../dom/time.ts'
import { createMessage, type MessageItem } from './message.ts'
import { type Clock, createClock } from './parts/clock.ts'
import type { RecoveryActionName } from './parts/context.ts'
import type { PartHost } from './parts/part.ts'
import { createRecovery } from './parts/recovery.ts'
import type { Turn } from './turns.ts'

export interface TurnItem {
  readonly turn: Turn
  /** The newest turn: only its recovery can act. */
  readonly current: boolean
  readonly pending: unknown
}

export interface TurnHost extends PartHost {
  canRecover(action: RecoveryActionName): boolean
  recover(action: RecoveryActionName, run: Run): void
  copyText(text: string): void
}

export function createTurn(host: TurnHost, { turn: { key } }: TurnItem): View<TurnItem> {
  const messages = h('div', { class: 'turn-messages' })
  const words = h('p', { class: 'line turn-waiting-words' })
  const rail = h('div', { class: 'thread-line running', aria: { hidden: true } })
  const waiting = h('div', { class: 'turn-waiting', hidden: true }, rail, words)
  const recovery = h('div', { class: 'turn-recovery' })
  const end = createEnd(host)
  const dom = h('div', { class: 'turn', id: key }, messages, waiting, recovery, end.dom)
  let drawn: TurnItem | null = null
  return {
    dom,
    update(item) {
      if (drawn && drawn.turn === item.turn && drawn.current === item.current && drawn.pending === item.pending) return
      const { turn } = item
      setClass(dom, 'is-live', turn.live !== null)
      reconcile(
        messages,
        messageItems(item),
        ({ message }) => message.id,
        (message) => createMessage(host, message),
      )
      drawWaiting(host, waiting, words, turn)
      end.update(turn)
      if (drawn?.turn.run !== turn.run || drawn?.current !== item.current) drawRecovery(host, recovery, item)
      drawn = item
    },
    destroy() {
      end.stop()
      reconcile(
        messages,
        [] as MessageItem[],
        ({ message }) => message.id,
        (message) => createMessage(host, message),
      )
    },
  }
}

/** What waits for a person does not run: its thread stands still, as the row's does. */
const waitsFor: ReadonlySet<Run['state']> = new Set(['needs_approval', 'needs_answer'])

function messageItems({ turn, pending }: TurnItem): MessageItem[] {
  const last = turn.messages.at(-1)
  const live = turn.live !== null
  const running = live && !waitsFor.has(turn.live.run.state)
  return turn.messages.map((message) => ({ message, live: live && message === last, running, pending }))
}

function drawRecovery(host: TurnHost, parent: HTMLElement, { turn, current }: TurnItem): void {
  const { run } = turn
  parent.replaceChildren()
  if (turn.live || !run?.recovery) return
  const { recovery } = run
  parent.append(createRecovery({ run, recovery, current, canDo: host.canRecover, onAction: host.recover }))
}

/** Before the first word: who is being waited for, as high as the line that will take its place. */
function drawWaiting(host: TurnHost, dom: HTMLElement, words: HTMLElement, { live }: Turn): void {
  const silent = live !== null && !live.messages.some((message) => message.role === 'assistant')
  setAttr(dom, 'hidden', !silent)
  if (silent) setText(words, `Waiting for ${host.context.actorName()}`)
}

const stopWords: Partial<Record<NonNullable<Run['stopReason']>, string>> = {
  max_tokens: 'cut off at the model’s length limit',
  max_turn_requests: 'stopped at the agent’s limit of requests',
  refusal: 'the model declined',
  cancelled: 'stopped',
  interrupted: 'interrupted',
  error: 'failed',
}

/** `12 s · 3 tools · 16:05`, with the reason where the end was not a good one. A clock while it runs. */
function createEnd(host: TurnHost) {
  const words = h('span', { class: 'turn-end-words' })
  const copy = h('button', { class: 'icon-btn turn-copy', type: 'button', title: 'Copy the answer' }, icon('copy'))
  copy.setAttribute('aria-label', 'Copy the answer')
  const dom = h('footer', { class: 'turn-end' }, words, copy)
  let clock: Clock | null = null
  let turn: Turn | null = null
  copy.addEventListener('click', () => host.copyText(answerText(turn)))
  const stop = () => {
    clock?.stop()
    clock = null
  }
  return {
    dom,
    stop,
    update(next: Turn) {
      turn = next
      const { run, live } = next
      setAttr(dom, 'hidden', run === null)
      setAttr(copy, 'hidden', live !== null || answerText(next) === '')
      if (live && !clock) {
        clock = createClock(host.context, live.run.startedAt)
        words.replaceChildren(clock.dom)
      }
      if (live || !run) return
      stop()
      setText(words, endWords(run))
      setAttr(words, 'title', run.endedAt ? exact(run.endedAt) : null)
    },
  }
}

function endWords(run: Run): string {
  const reason = run.stopReason ? stopWords[run.stopReason] : undefined
  const tools = run.toolCalls > 0 && (run.toolCalls === 1 ? '1 tool' : `${run.toolCalls} tools`)
  const ended = run.endedAt && timeOfDay(run.endedAt)
  const lasted = run.durationMs !== null && duration(run.durationMs)
  const words = [reason, lasted, tools, ended].filter(Boolean).join(' · ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function answerText(turn: Turn | null): string {
  const answers = turn?.messages.filter((message) => message.role === 'assistant') ?? []
  return answers.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))).join('\n\n')
}
