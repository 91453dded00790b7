import { nanoid } from 'nanoid'
import { idRandomLength } from '../../shared/ids.ts'
import type { Provider, Session, Settings } from '../../shared/model.ts'
import { type Client, createClient } from './client.ts'
import { type CommandLine, printJson, textValue, textWords } from './command.ts'
import { CliError } from './io.ts'

export const newSession: CommandLine = {
  name: 'new',
  usage: '[text]',
  summary: 'Makes a session and prints its id; with a text its first turn starts.',
  options: {
    provider: { type: 'string' },
    model: { type: 'string' },
    project: { type: 'string' },
    title: { type: 'string' },
  },
  optionHelp: {
    '--provider ID': 'what answers (the one used last)',
    '--model ID': "its model (the provider's default)",
    '--project ID': 'the project to work in (a folder of its own)',
    '--title TEXT': 'its title (made of the first words)',
  },
  async run(call) {
    const client = createClient(call)
    const text = call.words.length > 0 ? await textWords(call, 0) : undefined
    const [title, projectId] = [textValue(call, 'title'), textValue(call, 'project')]
    const session = await client.request<Session>('POST', '/api/sessions', {
      id: `ses_${nanoid(idRandomLength)}`,
      ...(await choice(client, textValue(call, 'provider'), textValue(call, 'model'))),
      ...(title !== undefined && { title }),
      ...(projectId !== undefined && { projectId }),
      ...(text !== undefined && { text }),
    })
    if (call.isJson) printJson(call.io, session)
    else {
      call.io.out(`${session.id}\n`)
      call.io.err(
        `${session.provider}${session.model ? ` · ${session.model}` : ''} · ${await client.address()}/session/${session.id}\n`,
      )
    }
    return 0
  },
}

/** What the page would choose: the provider used last, else the first that is ready. */
async function choice(client: Client, provider: string | undefined, model: string | undefined) {
  if (provider !== undefined) return { provider, ...(model !== undefined && { model }) }
  const [settings, { items }] = await Promise.all([
    client.request<Settings>('GET', '/api/settings'),
    client.request<{ items: Provider[] }>('GET', '/api/providers'),
  ])
  const ready = items.filter(({ state }) => state === 'ready')
  const chosen = ready.find(({ id }) => id === settings.lastProvider) ?? ready[0]
  if (!chosen) throw new CliError('No provider is ready. Name one with --provider, or set one up in the page.')
  const last = settings.lastModels[chosen.id]
  return { provider: chosen.id, ...((model ?? last) !== undefined && { model: model ?? last }) }
}
