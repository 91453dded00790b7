import { createClient } from './client.ts'
import { type CommandLine, printJson, sessionWord } from './command.ts'

export const open: CommandLine = {
  name: 'open',
  usage: '[session]',
  summary: 'Opens the page, logged in, and prints its address: it works once, for ten minutes.',
  options: { open: { type: 'boolean' } },
  optionHelp: { '--no-open': 'only print the address' },
  async run(call) {
    const path = call.words.length > 0 ? `/session/${sessionWord(call)}` : '/'
    const made = await createClient(call).request<{ code: string; url: string; expiresAt: string }>(
      'POST',
      '/api/login-codes',
    )
    const url = new URL(`${path}#code=${made.code}`, made.url).href
    if (call.isJson) printJson(call.io, { url, expiresAt: made.expiresAt })
    else call.io.out(`${url}\n`)
    if (call.values.open ?? (call.io.isInteractive && !call.isJson)) call.io.openBrowser(url)
    return 0
  },
}
