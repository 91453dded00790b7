import type { ApiKey } from '../../shared/model.ts'
import { createClient } from './client.ts'
import { type Call, type CommandLine, printJson, textValue, word } from './command.ts'
import { usageError } from './io.ts'
import { visible } from './visible.ts'

export const key: CommandLine = {
  name: 'key',
  usage: 'create --name NAME | list | revoke <key>',
  summary: 'Keys for programs. One that is made is printed once and kept nowhere.',
  options: { name: { type: 'string' }, kind: { type: 'string' } },
  optionHelp: { '--name NAME': 'who it is for, as the list shows it', '--kind KIND': 'program (the default) or agent' },
  async run(call) {
    const action = word(call, 0, 'What to do with keys (create, list or revoke)')
    const perform = { create, list, revoke }[action]
    if (!perform) throw usageError(`"heddle key ${action}" is no command; there are create, list and revoke.`)
    await perform(call)
    return 0
  },
}

async function create(call: Call) {
  const name = textValue(call, 'name')
  if (name === undefined) throw usageError('--name is missing: who is the key for?')
  const body = { name, kind: textValue(call, 'kind') ?? 'program' }
  const made = await createClient(call).request<ApiKey & { key: string }>('POST', '/api/keys', body)
  if (call.isJson) return printJson(call.io, made)
  call.io.out(`${made.key}\n`)
  call.io.err(
    `Made ${made.id} for ${visible(made.name)}. It is not shown again; \`heddle key revoke ${made.id}\` ends it.\n`,
  )
}

async function list(call: Call) {
  const { items } = await createClient(call).request<{ items: ApiKey[] }>('GET', '/api/keys')
  if (call.isJson) return printJson(call.io, { items })
  for (const { id, kind, name, lastUsedAt } of items)
    call.io.out(`${id}  ${kind.padEnd(8)}${(lastUsedAt ?? 'never used').slice(0, 16).padEnd(18)}${visible(name)}\n`)
}

async function revoke(call: Call) {
  const id = word(call, 1, 'The key to revoke')
  await createClient(call).request('DELETE', `/api/keys/${encodeURIComponent(id)}`)
  if (call.isJson) return printJson(call.io, { id, revoked: true })
  call.io.err(`Revoked ${id}.\n`)
}
