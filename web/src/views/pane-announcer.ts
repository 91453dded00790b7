/**
 * What a screen reader hears of the chat on screen: finished blocks and changes of state, never tokens. What was there
 * when the chat was opened is not read out.
 */
import type { Message } from '../../../shared/model.ts'
import { isPermission } from '../../../shared/state.ts'
import { cutGraphemes } from '../../../shared/text.ts'
import type { Projection } from '../state/pane.ts'
import type { Kit } from './kit.ts'
import { requestWords, subjectText } from './parts/permission-words.ts'

/** More of a block would hold up everything after it; the rest is read in the transcript. */
const spokenGraphemes = 400

export function createPaneAnnouncer({ announcer }: Pick<Kit, 'announcer'>, actorName: () => string) {
  return (before: Projection | null, now: Projection): void => {
    if (before?.phase !== 'ready' || now.phase !== 'ready') return
    for (const text of finishedTexts(before, now)) announcer.say(cutGraphemes(text, spokenGraphemes))
    for (const pending of now.pending) {
      if (before.pending.some(({ id }) => id === pending.id)) continue
      const words = isPermission(pending)
        ? `${requestWords(pending, actorName()).replace(/:$/, '')}: ${subjectText(pending, now.session?.cwd ?? '') ?? ''}`
        : `${actorName()} asks: ${pending.message}`
      announcer.say(words, 'assertive')
    }
    if (!before.busy && now.busy) announcer.say(`${actorName()} is working.`)
    if (!before.stopping && now.stopping) announcer.say('Stopping.')
    if (before.busy && !now.busy) announcer.say(endWords(now))
  }
}

function endWords({ runs }: Projection): string {
  const run = runs.at(-1)
  if (run?.recovery) return run.recovery.summary
  return run?.stopReason === 'cancelled' ? 'Stopped.' : 'Finished.'
}

/** Text blocks that were being written and are not any more. */
function finishedTexts(before: Projection, now: Projection): string[] {
  const open = before.live?.messages.at(-1)
  const last = open?.parts.at(-1)
  if (!open || last?.type !== 'text') return []
  const same = (message: Message) => message.id === open.id
  const written = now.live?.messages.find(same)
  if (written && written.parts.length === open.parts.length && written === now.live?.messages.at(-1)) return []
  const part = (written ?? now.messages.findLast(same))?.parts[open.parts.length - 1]
  return part?.type === 'text' ? [part.text] : []
}
