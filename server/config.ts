/**
 * What the server is told: an option wins, then the environment, then `heddle.config.json` in the data folder. A value
 * that is wrong is an error with a sentence, never a guess.
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { isLoopback, isWildcard } from './gate/addresses.ts'

export interface Config {
  readonly host: string
  readonly port: number
  /** Absolute. */
  readonly data: string
  /** The origin that browsers use, where it is another than host and port. */
  readonly publicUrl: string | null
  readonly behindProxy: boolean
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
  readonly maxStreams: number
  readonly maxStreamsPerKey: number
  /** `HEDDLE_KEY`. */
  readonly key: string | null
  /** Whether to open a browser; null: if a person is at the terminal. */
  readonly open: boolean | null
  /** Entries of the config file, as they stand there; the runtimes check them. */
  readonly providers: readonly unknown[]
}

/** A setting that cannot be used: what it is and what to do. */
export class ConfigError extends Error {}

/** For `parseArgs`: every option of `heddle serve`. */
export const serveOptions = {
  host: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  'public-url': { type: 'string' },
  'behind-proxy': { type: 'boolean' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'max-streams': { type: 'string' },
  'max-streams-per-key': { type: 'string' },
  database: { type: 'string' },
  open: { type: 'boolean' },
} as const

export type ServeOptions = Readonly<Partial<Record<keyof typeof serveOptions, string | boolean>>>
type Environment = Readonly<Record<string, string | undefined>>
type Source = (option: keyof typeof serveOptions) => { value: unknown; name: string } | undefined

export function readConfig(options: ServeOptions, environment: Environment): Config {
  const data = dataFolder(options.data, environment)
  const file = readConfigFile(join(data, 'heddle.config.json'))
  const source = sourceOf(options, environment, file)
  const config: Config = {
    host: text(source, 'host') ?? '127.0.0.1',
    port: whole(source, 'port', 0, 65_535) ?? 4870,
    data,
    publicUrl: origin(source, 'public-url'),
    behindProxy: flag(source, 'behind-proxy') ?? false,
    tls: certificate(source),
    maxStreams: whole(source, 'max-streams', 1, 100_000) ?? 200,
    maxStreamsPerKey: whole(source, 'max-streams-per-key', 1, 100_000) ?? 20,
    key: environmentKey(environment.HEDDLE_KEY),
    open: flag(source, 'open'),
    providers: providerEntries(file.providers),
  }
  refuseDatabase(text(source, 'database') ?? (environment.DATABASE_URL || null))
  refuseOpenDoors(config)
  return config
}

/** Where everything is kept: also what the command line needs to find a running server. */
export function dataFolder(option: unknown, environment: Environment): string {
  const given = typeof option === 'string' && option !== '' ? option : environment.HEDDLE_DATA
  return given ? resolve(given) : join(homedir(), '.heddle')
}

const inFile = (option: string) => option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
const inEnvironment = (option: string) => `HEDDLE_${option.replaceAll('-', '_').toUpperCase()}`

function readConfigFile(path: string): Record<string, unknown> {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new ConfigError(`${path} cannot be read: ${(error as Error).message}`)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch (error) {
    throw new ConfigError(`${path} is no well-formed JSON: ${(error as Error).message}`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ConfigError(`${path} must hold one JSON object.`)
  const known = [...Object.keys(serveOptions).map(inFile), 'providers']
  const stranger = Object.keys(parsed).find((name) => !known.includes(name))
  if (stranger) throw new ConfigError(`${path} has "${stranger}", which is no setting; there are ${known.join(', ')}.`)
  return parsed as Record<string, unknown>
}

function sourceOf(options: ServeOptions, environment: Environment, file: Record<string, unknown>): Source {
  return (option) => {
    if (options[option] !== undefined) return { value: options[option], name: `--${option}` }
    const variable = inEnvironment(option)
    if (environment[variable]) return { value: environment[variable], name: variable }
    if (file[inFile(option)] !== undefined)
      return { value: file[inFile(option)], name: `"${inFile(option)}" in heddle.config.json` }
  }
}

function text(source: Source, option: keyof typeof serveOptions): string | null {
  const found = source(option)
  if (!found) return null
  if (typeof found.value !== 'string' || found.value.trim() === '')
    throw new ConfigError(`${found.name} needs a text that is not empty.`)
  return found.value.trim()
}

function whole(source: Source, option: keyof typeof serveOptions, least: number, most: number): number | null {
  const found = source(option)
  if (!found) return null
  const value = typeof found.value === 'string' && /^\d{1,9}$/.test(found.value) ? Number(found.value) : found.value
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new ConfigError(`${found.name} is a whole number from ${least} to ${most}; "${found.value}" is not.`)
  return value
}

function flag(source: Source, option: keyof typeof serveOptions): boolean | null {
  const found = source(option)
  if (!found) return null
  if (typeof found.value === 'boolean') return found.value
  if (/^(1|true|yes|on)$/i.test(String(found.value))) return true
  if (/^(0|false|no|off)$/i.test(String(found.value))) return false
  throw new ConfigError(`${found.name} is true or false; "${found.value}" is neither.`)
}

function origin(source: Source, option: 'public-url'): string | null {
  const value = text(source, option)
  if (value === null) return null
  const url = URL.canParse(value) ? new URL(value) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new ConfigError(
      `--${option} is an address such as https://heddle.example, without a path; "${value}" is not.`,
    )
  return url.origin
}

function certificate(source: Source): Config['tls'] {
  const [cert, key] = [text(source, 'tls-cert'), text(source, 'tls-key')]
  if (cert === null && key === null) return null
  if (cert === null || key === null) throw new ConfigError('TLS needs both --tls-cert and --tls-key.')
  return { cert: readPem(cert), key: readPem(key) }
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new ConfigError(`The TLS file ${path} cannot be read: ${(error as Error).message}`)
  }
}

function environmentKey(value: string | undefined): string | null {
  if (!value) return null
  if (!/^[\x21-\x7e]{1,512}$/.test(value))
    throw new ConfigError('HEDDLE_KEY is 1 to 512 printable characters without spaces.')
  return value
}

function providerEntries(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new ConfigError('"providers" in heddle.config.json is a list of entries.')
  return value
}

function refuseDatabase(url: string | null) {
  if (url !== null)
    throw new ConfigError('DATABASE_URL is not built yet: unset it, and Heddle keeps everything in its data folder.')
}

/** Another address than this machine's own is for others to reach: not without encryption. */
function refuseOpenDoors({ host, tls, behindProxy, publicUrl }: Config) {
  if (behindProxy && publicUrl === null)
    throw new ConfigError('--behind-proxy needs --public-url: the address that browsers use.')
  if (isLoopback(host)) return
  if (!tls && !behindProxy)
    throw new ConfigError(
      `Listening on ${host} lets others reach Heddle: give --tls-cert and --tls-key, or --behind-proxy if a proxy encrypts.`,
    )
  if (isWildcard(host) && publicUrl === null)
    throw new ConfigError(`Listening on ${host} needs --public-url: the address that browsers use.`)
}
