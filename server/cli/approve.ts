/** A decision goes with the digest of what was shown: here it is shown whole before it is asked. */
import type { Permission } from '../../shared/model.ts'
import { createClient } from './client.ts'
import { type Call, type CommandLine, printJson, sessionWord, textValue } from './command.ts'
import { CliError, exitCodes } from './io.ts'
import { pendingPermission } from './pending.ts'
import { visible } from './visible.ts'

export const approve: CommandLine = {
  name: 'approve',
  usage: '<session> [permission]',
  summary:
    'Shows what an agent asks for, whole, and decides it.\n' +
    'Without a terminal it takes the digest of what was shown: `heddle ls --json` has it under `pending`.',
  options: {
    reject: { type: 'boolean' },
    reason: { type: 'string' },
    option: { type: 'string' },
    digest: { type: 'string' },
  },
  optionHelp: {
    '--reject': 'say no',
    '--reason TEXT': 'why not, for the agent to read',
    '--option ID': 'one of the options that are offered, instead of yes or no once',
    '--digest DIGEST': 'decide without being asked, if this is what is asked for',
  },
  async run(call) {
    const sessionId = sessionWord(call)
    const client = createClient(call)
    const permission = await pendingPermission(client, sessionId, call.words[1])
    if (!call.isJson) call.io.err(cardOf(permission))
    const body = { optionId: optionOf(call, permission), digest: await agreed(call, permission), ...reasonOf(call) }
    const path = `/api/sessions/${sessionId}/streams/${permission.streamId}/permissions/${permission.id}`
    const decided = await client.request<Permission>('POST', path, body)
    if (call.isJson) printJson(call.io, decided)
    else call.io.err(call.values.reject ? 'Rejected.\n' : 'Decided.\n')
    return 0
  },
}

function cardOf({ title, subject, digest, options }: Permission): string {
  const offered = options.map(({ optionId, name, kind }) => `  ${optionId}: ${name} (${kind})`).join('\n')
  return visible(`${title}\n${JSON.stringify(subject, null, 2)}\n${offered}\ndigest ${digest}\n`)
}

function optionOf(call: Call, { options }: Permission): string {
  const wanted = textValue(call, 'option')
  const kind = call.values.reject ? 'reject_once' : 'allow_once'
  const option = options.find((one) => (wanted === undefined ? one.kind === kind : one.optionId === wanted))
  if (!option)
    throw new CliError(`It offers ${options.map(({ optionId }) => optionId).join(', ')}; choose with --option.`)
  return option.optionId
}

async function agreed(call: Call, { digest }: Permission): Promise<string> {
  const given = textValue(call, 'digest')
  // Another digest is the server's to refuse: it knows what was asked when.
  if (given !== undefined) return given
  if (call.values.reject) return digest
  if (!call.io.isInteractive)
    throw new CliError('Nobody is at the terminal to see this; give --digest with what was shown.', exitCodes.usage)
  const answer = await call.io.ask('Allow this? [y/N] ')
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('Not decided; it still waits. --reject says no.')
  return digest
}

function reasonOf(call: Call) {
  const reason = textValue(call, 'reason')
  return reason === undefined ? {} : { reason }
}
