/** Commands that the contract names and that are not built yet: they say so. */
import type { CommandLine } from './command.ts'
import { CliError } from './io.ts'

export const unbuilt: readonly CommandLine[] = ['export', 'audit', 'doctor'].map((name) => ({
  name,
  usage: '',
  summary: 'Not built yet.',
  isHidden: true,
  async run() {
    throw new CliError(`heddle ${name} is not built yet.`)
  },
}))
