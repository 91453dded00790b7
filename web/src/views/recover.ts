/** What the buttons of a recovery card do, in the chat that they stand in. Nothing that was typed is lost over it. */
import type { Message, Run } from '../../../shared/model.ts'
import type { Composer } from './composer.ts'
import type { Kit } from './kit.ts'
import type { RecoveryActionName } from './parts/context.ts'

export interface RecoverOptions {
  readonly kit: Kit
  readonly sessionId: string
  readonly composer: Composer
  messages(): readonly Message[]
}

export function createRecover({ kit, sessionId, composer, messages }: RecoverOptions) {
  const { field } = composer
  const sendInstead = (text: string) => kit.actions.send(sessionId, text)
  const acts: Record<RecoveryActionName, (run: Run) => unknown> = {
    retry: (run) => sendInstead(promptOf(run, messages())),
    continue: () => sendInstead('Continue.'),
    edit_and_retry(run) {
      field.fill(joined(promptOf(run, messages()), field.text()))
      field.focus()
    },
    switch_model: composer.openModels,
    open_settings: () => kit.actions.navigate({ name: 'settings' }),
    resume_queue: () => kit.actions.resumeQueue(sessionId),
  }

  return (action: RecoveryActionName, run: Run): void => void acts[action](run)
}

/** The whole prompt: the run itself may carry only its beginning. */
function promptOf(run: Run, messages: readonly Message[]): string {
  const prompt = messages.find((message) => message.streamId === run.id && message.role === 'user')
  const text = prompt?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
  return text || run.prompt
}

function joined(...texts: string[]): string {
  return texts.filter((text) => text.trim() !== '').join('\n\n')
}
