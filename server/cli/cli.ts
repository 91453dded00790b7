/** The command line: which command is meant, its help, and how it ends. */
import { answer } from './answer.ts'
import { approve } from './approve.ts'
import { ask } from './ask.ts'
import { cancel } from './cancel.ts'
import { type CommandLine, callOf, helpOf } from './command.ts'
import { CliError, exitCodes, type Io } from './io.ts'
import { key } from './key.ts'
import { ls } from './ls.ts'
import { newSession } from './new.ts'
import { open } from './open.ts'
import { send } from './send.ts'
import { tail } from './tail.ts'
import { unbuilt } from './unbuilt.ts'

const speaking: readonly CommandLine[] = [
  open,
  newSession,
  send,
  ask,
  tail,
  ls,
  approve,
  answer,
  cancel,
  key,
  ...unbuilt,
]

/** `serve` comes from main, which alone makes the server. Resolves with the exit code. */
export async function runCommandLine(args: readonly string[], io: Io, serve: CommandLine, version: string) {
  const commands = [serve, ...speaking]
  const [name, ...rest] = args
  try {
    if (name === '--version' || name === '-v') return say(io, `${version}\n`)
    if (name === undefined || name === '--help' || name === '-h' || name === 'help')
      return say(io, name === 'help' && rest[0] ? helpFor(commands, rest[0]) : overview(commands))
    const command = named(commands, name)
    const call = callOf(command, rest, io)
    return call.values.help ? say(io, helpOf(command)) : await command.run(call)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    const isJson = rest.includes('--json') && error.problem !== null
    io.err(`${isJson ? JSON.stringify(error.problem) : error.message}\n`)
    return error.exitCode
  }
}

function named(commands: readonly CommandLine[], name: string): CommandLine {
  const command = commands.find((candidate) => candidate.name === name)
  if (!command) throw new CliError(`"heddle ${name}" is no command; \`heddle help\` lists them.`, exitCodes.usage)
  return command
}

function helpFor(commands: readonly CommandLine[], name: string): string {
  return helpOf(named(commands, name))
}

function overview(commands: readonly CommandLine[]): string {
  const lines = commands
    .filter(({ isHidden }) => !isHidden)
    .map(({ name, summary }) => `  ${name.padEnd(10)}${summary.split('\n', 1)[0]}`)
  return `Heddle runs many AI agent chats at once.\n\nheddle <command> [options]\n\n${lines.join('\n')}\n\nheddle <command> --help says more.\n`
}

function say(io: Io, text: string): number {
  io.out(text)
  return 0
}
