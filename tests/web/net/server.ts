/** A server of a few lines for requests: what it was asked is kept, what it answers is said by the test. */
import type { KeyStore } from '../../../web/src/net/key-store.ts'

export interface Asked {
  method: string
  path: string
  body: unknown
  key: string | null
  authorization: string | null
}
type Answer = { status?: number; body?: unknown } | 'cut off'

export class Server {
  readonly asked: Asked[] = []
  private readonly script: ((asked: Asked) => Answer | Promise<Answer>)[] = []
  /** What is answered when the script is over. */
  always: (asked: Asked) => Answer | Promise<Answer> = () => ({ body: {} })

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const headers = new Headers(init.headers)
    const asked: Asked = {
      method: init.method ?? 'GET',
      path: String(input),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      key: headers.get('idempotency-key'),
      authorization: headers.get('authorization'),
    }
    this.asked.push(asked)
    const answer = await (this.script.shift() ?? this.always)(asked)
    if (answer === 'cut off') throw new TypeError('fetch failed')
    return responseOf(answer)
  }

  answer(...answers: Answer[]): void {
    for (const answer of answers) this.script.push(() => answer)
  }

  /** The next request waits until the returned function is called. */
  hold(): (answer?: Answer) => void {
    const { promise, resolve } = withResolvers<Answer>()
    this.script.push(() => promise)
    return (answer = { body: {} }) => resolve(answer)
  }

  get last(): Asked {
    const last = this.asked.at(-1)
    if (!last) throw new Error('nothing was asked')
    return last
  }
}

export function problem(status: number, code: string, detail = 'So it is.', more: object = {}): Answer {
  return { status, body: { type: `urn:heddle:problem:${code}`, title: code, status, code, detail, ...more } }
}

function responseOf({ status = 200, body }: Exclude<Answer, string>): Response {
  if (status === 204) return new Response(null, { status })
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Response(text, { status, headers: { 'content-type': typeof body === 'string' ? 'text/html' : type } })
}

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

export function memoryKeys(key: string | null = 'k'): KeyStore {
  let held = key
  return {
    read: async () => held,
    write: async (next) => {
      held = next
    },
    remove: async () => {
      held = null
    },
  }
}
