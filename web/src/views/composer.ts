/**
 * The composer of one session. Made once for it and never again while the pane lives, so that nothing typed, no selection
 * and no composition is lost whatever happens around it.
 *
 *   idle: Send · runs, empty: Stop · runs, with text: Stop, Queue · stopping: Stopping…
 */
import { h, setAttr, setClass, setText } from '../dom/h.ts'
import { keysLabel } from '../dom/keys.ts'
import { doingOf } from '../state/doings.ts'
import type { Projection } from '../state/pane.ts'
import { createChip } from './chip.ts'
import { choiceWords, modelItems } from './chooser.ts'
import { createField, type DraftField } from './field.ts'
import type { Kit } from './kit.ts'
import { createOptionChips } from './option-chips.ts'
import { watchDoing } from './parts/context.ts'

export interface Composer {
  readonly dom: HTMLElement
  readonly field: DraftField
  update(projection: Projection): void
  openModels(): void
  /** Stops what runs here; false if nothing does. */
  stop(): boolean
}

export function createComposer(kit: Kit, sessionId: string, signal: AbortSignal): Composer {
  const { actions, state } = kit
  let shown: Projection | null = null
  let sending = false
  const problem = h('p', { class: 'composer-problem', role: 'alert', hidden: true })
  const send = () => {
    if (sending || field.text().trim() === '') return
    void actions.send(sessionId)
  }
  // What Stop means is what was on this composer's own session when it was drawn last.
  const stop = () => {
    const streamId = shown?.activeStreamId
    if (!streamId || shown?.stopping) return false
    void actions.stop(sessionId, streamId)
    return true
  }
  const field = createField({
    kit,
    draftKey: sessionId,
    label: 'Message',
    rows: 1,
    signal,
    onEnter: send,
    onChange: () => kit.frame.schedule(problem, draw),
  })
  const buttons = createButtons(send, stop)
  const model = createModelChip(kit, sessionId, signal)
  const options = createOptionChips(
    kit,
    signal,
    (optionId, value) => void actions.setOption(sessionId, optionId, value),
  )
  const box = h(
    'div',
    { class: 'composer-box' },
    field.dom,
    h('div', { class: 'composer-bar' }, model.dom, options.dom, h('span', { class: 'composer-end' }, buttons.dom)),
  )
  const dom = h('div', { class: 'composer' }, box, problem)
  const draw = () => {
    if (!shown) return
    const { busy, stopping, session } = shown
    const provider = session && state.shelf.provider(session.provider)
    const name = provider?.name ?? session?.provider ?? 'the agent'
    field.placeholder(
      session?.archivedAt ? 'This chat is archived' : busy ? `Queue a message for ${name}…` : `Message ${name}…`,
    )
    setAttr(field.dom, 'readonly', Boolean(session?.archivedAt))
    buttons.update({
      busy,
      stopping,
      sending,
      canStop: shown.activeStreamId !== null,
      hasText: field.text().trim() !== '',
    })
    if (!busy && document.activeElement === buttons.stop) field.focus()
    if (session) model.update(choiceWords(provider, session.provider, session.model), 'Used from the next message on')
    options.update(shown.runtime.options, session)
  }
  watchDoing(
    state,
    doingOf.send(sessionId),
    (busy, sentence) => {
      sending = busy && state.doings.get(doingOf.send(sessionId)) !== null
      setText(problem, sentence)
      setAttr(problem, 'hidden', sentence === '')
      setClass(dom, 'is-sending', sending)
      draw()
    },
    signal,
  )
  return {
    dom,
    field,
    stop,
    openModels: () => model.dom.click(),
    update(projection) {
      shown = projection
      draw()
    },
  }
}

interface ButtonState {
  readonly busy: boolean
  readonly stopping: boolean
  readonly sending: boolean
  readonly canStop: boolean
  readonly hasText: boolean
}

function createButtons(send: () => void, stop: () => void) {
  const sendWords = h('span', { text: 'Send' })
  const sendButton = h(
    'button',
    { class: 'btn btn-primary send', type: 'button', on: { click: send } },
    sendWords,
    h('kbd', { text: keysLabel('Enter'), aria: { hidden: true } }),
  )
  const stopWords = h('span', { text: 'Stop' })
  const stopButton = h(
    'button',
    { class: 'btn stop', type: 'button', on: { click: stop } },
    h('span', { class: 'stop-square', aria: { hidden: true } }),
    stopWords,
    h('kbd', { text: keysLabel('Escape'), aria: { hidden: true } }),
  )
  const dom = h('span', { class: 'composer-buttons' }, stopButton, sendButton)
  return {
    dom,
    stop: stopButton,
    update({ busy, stopping, sending, canStop, hasText }: ButtonState) {
      setAttr(stopButton, 'hidden', !busy)
      setAttr(stopButton, 'disabled', stopping || !canStop)
      setText(stopWords, stopping ? 'Stopping…' : 'Stop')
      setAttr(sendButton, 'hidden', busy && !hasText)
      setAttr(sendButton, 'disabled', sending || !hasText)
      setText(sendWords, busy ? 'Queue' : 'Send')
    },
  }
}

function createModelChip(kit: Kit, sessionId: string, signal: AbortSignal) {
  const { actions, state } = kit
  const menu = () => {
    const row = state.rows.get(sessionId)
    const { items, choices } = modelItems(state.shelf.providers, {
      provider: row?.provider ?? '',
      model: row?.model ?? null,
    })
    return {
      items,
      search: 'Find a model',
      foot: 'Used from the next message on. What runs now keeps its own.',
      onPick(id: string) {
        const choice = choices.get(id)
        if (!choice) return
        if (choice.provider === row?.provider) void actions.setModel(sessionId, choice.model)
        else void actions.setProvider(sessionId, choice.provider, choice.model)
      },
    }
  }
  return createChip('Model', menu, signal)
}
