/** A command is a value: its words for help, its options, and what it does. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Io, usageError } from './io.ts'

type Options = NonNullable<ParseArgsConfig['options']>
export type Values = Readonly<Record<string, string | boolean | undefined>>

export interface CommandLine {
  readonly name: string
  /** What follows the name: `<session> <text>`. */
  readonly usage: string
  readonly summary: string
  /** Beside `--json`, `--data` and `--help`, which every command has. */
  readonly options?: Options
  /** Option → its words in the help. */
  readonly optionHelp?: Readonly<Record<string, string>>
  /** Not in the list of commands. */
  readonly isHidden?: boolean
  /** The exit code. */
  run(call: Call): Promise<number>
}

export interface Call {
  readonly words: readonly string[]
  readonly values: Values
  readonly io: Io
  readonly isJson: boolean
}

const everywhere = {
  json: { type: 'boolean' },
  data: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options

/** Throws a usage error for an option that the command does not have. */
export function callOf(command: CommandLine, args: readonly string[], io: Io): Call {
  const options = { ...command.options, ...everywhere }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true })
    return { words: positionals, values: values as Values, io, isJson: values.json === true }
  } catch (error) {
    throw usageError(`${(error as Error).message}\nheddle ${command.name} --help shows its options.`)
  }
}

export function helpOf(command: CommandLine): string {
  const options: Record<string, string> = {
    ...command.optionHelp,
    '--json': 'print JSON, for programs',
    '--data DIR': 'the data folder of the server (~/.heddle)',
  }
  const width = Math.max(...Object.keys(options).map((name) => name.length)) + 2
  const lines = Object.entries(options).map(([name, words]) => `  ${name.padEnd(width)}${words}`)
  return `heddle ${command.name} ${command.usage}\n\n${command.summary}\n\n${lines.join('\n')}\n`
}

/** The word at `index`, or a usage error that says what is missing. */
export function word(call: Call, index: number, what: string): string {
  const found = call.words[index]
  if (found === undefined) throw usageError(`${what} is missing.`)
  return found
}

/** A session's id, from the id or the address of its page. */
export function sessionWord(call: Call, index = 0): string {
  const given = word(call, index, 'The session')
  const id = /(?:^|\/session\/)(ses_[A-Za-z0-9_-]{22})(?:$|[/#?])/.exec(given)?.[1]
  if (!id) throw usageError(`"${given}" is no session; \`heddle ls\` lists them.`)
  return id
}

/** The rest of the words as one text; `-` reads standard input. */
export async function textWords(call: Call, from: number): Promise<string> {
  const words = call.words.slice(from)
  const text = words.length === 1 && words[0] === '-' ? await call.io.input() : words.join(' ')
  if (text.trim() === '') throw usageError('The text is missing; `-` reads it from standard input.')
  return text
}

export function textValue(call: Call, name: string): string | undefined {
  const value = call.values[name]
  return typeof value === 'string' ? value : undefined
}

export function printJson(io: Io, value: unknown) {
  io.out(`${JSON.stringify(value)}\n`)
}
