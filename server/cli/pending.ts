/** What a session waits for, and which of it a command means. */
import type { SessionAnswer } from '../../shared/api.ts'
import type { Permission, Question } from '../../shared/model.ts'
import { isPermission } from '../../shared/state.ts'
import type { Client } from './client.ts'
import { CliError } from './io.ts'

export async function pendingPermission(
  client: Client,
  sessionId: string,
  id: string | undefined,
): Promise<Permission> {
  const pending = await pendingOf(client, sessionId)
  return oneOf(pending.filter(isPermission), id, 'approval')
}

export async function pendingQuestion(client: Client, sessionId: string, id: string | undefined): Promise<Question> {
  const pending = await pendingOf(client, sessionId)
  return oneOf(
    pending.filter((one): one is Question => !isPermission(one)),
    id,
    'question',
  )
}

async function pendingOf(client: Client, sessionId: string) {
  return (await client.request<SessionAnswer>('GET', `/api/sessions/${sessionId}`)).pending
}

function oneOf<T extends { id: string }>(waiting: readonly T[], id: string | undefined, what: string): T {
  const found = id === undefined ? waiting[0] : waiting.find((one) => one.id === id)
  if (!found && id !== undefined) throw new CliError(`This ${what} does not wait any more.`)
  if (!found) throw new CliError(`No ${what} waits in this session.`)
  if (id === undefined && waiting.length > 1)
    throw new CliError(`${waiting.length} wait here; name one: ${waiting.map((one) => one.id).join(', ')}`)
  return found
}
