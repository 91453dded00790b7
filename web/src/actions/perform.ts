/**
 * Does one thing that a person asked for, and keeps saying how it stands, under the thing's own name. What failed
 * without an answer may have happened: asked for again in the same words it goes out under the same key, so that it
 * happens once.
 */
import { nanoid } from 'nanoid'
import type { Api, RequestOptions } from '../net/api.ts'
import { ApiProblem } from '../net/problem.ts'
import type { Doings, Failure } from '../state/doings.ts'

export type Outcome<Value = void> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure }

export interface Performer {
  /** `name` null: nothing is said of it. While it is under way, asking again does nothing. */
  perform<Value>(name: string | null, job: () => Promise<Value>): Promise<Outcome<Value>>
  /** A POST that keeps its key until it is known how it ended. */
  post<Answer>(path: string, body: unknown): Promise<Answer>
}

export function createPerformer(api: Api, doings: Doings, onError: (error: unknown) => void): Performer {
  const openKeys = new Map<string, string>()

  const failureOf = (error: unknown): Failure => {
    if (error instanceof ApiProblem) return { code: error.code, detail: error.message, more: error.more }
    onError(error)
    return {
      code: 'fault',
      detail: 'This page made a mistake. Load it again; nothing that was sent is lost.',
      more: {},
    }
  }

  return {
    async perform(name, job) {
      if (name && doings.get(name)?.state === 'busy') return { ok: false, failure: underWay }
      if (name) doings.begin(name)
      try {
        const value = await job()
        if (name) doings.end(name)
        return { ok: true, value }
      } catch (error) {
        const failure = failureOf(error)
        if (name) doings.fail(name, failure)
        return { ok: false, failure }
      }
    },
    async post<Answer>(path: string, body: unknown) {
      const words = `${path} ${JSON.stringify(body)}`
      const idempotencyKey = openKeys.get(words) ?? nanoid()
      openKeys.set(words, idempotencyKey)
      const options: RequestOptions = { body, idempotencyKey }
      try {
        const answer = await api.request<Answer>('POST', path, options)
        openKeys.delete(words)
        return answer
      } catch (error) {
        if (!isUnknown(error)) openKeys.delete(words)
        throw error
      }
    },
  }
}

const underWay: Failure = { code: 'under_way', detail: 'This is already on its way.', more: {} }

const unknownEnds: readonly string[] = ['offline', 'timeout', 'broken_answer']
const isUnknown = (error: unknown) => error instanceof ApiProblem && unknownEnds.includes(error.code)
