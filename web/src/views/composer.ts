/**
 * The composer of one session. Made once for it and never again while the pane lives, so that nothing typed, no selection
 * and no composition is lost whatever happens around it.
 */
import type { Provider, Session } from '../../../shared/model.ts'
import { h, setAttr, setClass } from '../dom/h.ts'
import { doingOf } from '../state/doings.ts'
import type { Projection } from '../state/pane.ts'
import { createChip } from './chip.ts'
import { choiceWords, modelItems } from './chooser.ts'
import { createSendButtons } from './composer-buttons.ts'
import { createField, type DraftField } from './field.ts'
import type { Kit } from './kit.ts'
import { createOptionChips } from './option-chips.ts'
import { createProblem, watchDoing } from './parts/context.ts'

export interface Composer {
  readonly dom: HTMLElement
  readonly field: DraftField
  update(projection: Projection): void
  openModels(): void
  /** Stops what runs here; false if nothing does. */
  stop(): boolean
}

/** `onSend`: what is sent comes next in the conversation, not in the queue. */
export function createComposer(kit: Kit, sessionId: string, signal: AbortSignal, onSend: () => void): Composer {
  const { actions, state, frame } = kit
  const problem = createProblem('composer-problem')
  let shown: Projection | null = null
  let sending = false

  const send = () => {
    if (sending || field.text().trim() === '') return
    void actions.send(sessionId)
    if (!shown?.busy) onSend()
  }
  // What Stop means is what ran in this composer's own session when it was drawn last.
  const stop = () => {
    const streamId = shown?.activeStreamId
    if (!streamId || shown?.stopping) return false
    void actions.stop(sessionId, streamId)
    return true
  }
  const onChange = () => frame.schedule(problem, draw)
  const field = createField({ kit, draftKey: sessionId, label: 'Message', rows: 1, signal, onEnter: send, onChange })
  const buttons = createSendButtons(send, stop)
  const model = createModelChip(kit, sessionId, signal)
  const pickOption = (optionId: string, value: string) => void actions.setOption(sessionId, optionId, value)
  const options = createOptionChips(kit, signal, pickOption)
  const end = h('span', { class: 'composer-end' }, buttons.dom)
  const bar = h('div', { class: 'composer-bar' }, model.dom, options.dom, end)
  const dom = h('div', { class: 'composer' }, h('div', { class: 'composer-box' }, field.dom, bar), problem.dom)

  const draw = () => {
    if (!shown) return
    const { busy, stopping, session, activeStreamId } = shown
    const provider = session && state.shelf.provider(session.provider)
    const hadStop = document.activeElement === buttons.stop
    field.placeholder(placeholderFor(session, provider, busy))
    setAttr(field.dom, 'readonly', Boolean(session?.archivedAt))
    const hasText = field.text().trim() !== ''
    buttons.update({ busy, stopping, sending, canStop: activeStreamId !== null, hasText })
    if (!busy && hadStop) field.focus()
    if (session) model.update(choiceWords(provider, session.provider, session.model), 'Used from the next message on')
    options.update(shown.runtime.options, session)
  }
  const drawDoing = (busy: boolean, sentence: string) => {
    sending = busy
    problem.say(sentence)
    setClass(dom, 'is-sending', busy)
    draw()
  }
  watchDoing(state, doingOf.send(sessionId), drawDoing, signal)
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

function placeholderFor(session: Session | null, provider: Provider | null, busy: boolean): string {
  const name = provider?.name ?? session?.provider ?? 'the agent'
  if (session?.archivedAt) return 'This chat is archived'
  return busy ? `Queue a message for ${name}…` : `Message ${name}…`
}

function createModelChip(kit: Kit, sessionId: string, signal: AbortSignal) {
  const { actions, state } = kit
  const menu = () => {
    const row = state.rows.get(sessionId)
    const chosen = { provider: row?.provider ?? '', model: row?.model ?? null }
    const { items, choices } = modelItems(state.shelf.providers, chosen)
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
