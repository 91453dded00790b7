/** RFC 9457 problems: `code` is stable and one of these words, `detail` a sentence that a person can act on. */
export const problemStatus = {
  invalid_id: 400,
  invalid_body: 400,
  invalid_query: 400,
  invalid_json: 400,
  unauthorized: 401,
  invalid_code: 401,
  forbidden: 403,
  cross_site: 403,
  not_found: 404,
  method_not_allowed: 405,
  runtime_busy: 409,
  session_archived: 409,
  session_id_collision: 409,
  session_title_required: 409,
  stale_revision: 409,
  not_active: 409,
  already_resolved: 409,
  already_sent: 409,
  digest_mismatch: 409,
  message_id_collision: 409,
  gone: 410,
  expired: 410,
  too_large: 413,
  unsupported_media_type: 415,
  misdirected: 421,
  idempotency_mismatch: 422,
  unknown_provider: 422,
  unknown_model: 422,
  provider_not_ready: 422,
  invalid_answer: 422,
  invalid_folder: 422,
  too_many_streams: 429,
  too_many_requests: 429,
  internal: 500,
  not_implemented: 501,
  read_only: 503,
  shutting_down: 503,
  disk_full: 507,
} as const

export type ProblemCode = keyof typeof problemStatus

export interface Problem {
  type: string
  title: string
  status: number
  code: ProblemCode
  detail: string
  [extension: string]: unknown
}

/** Thrown anywhere below a route; one place turns it into a response. Extensions never hold a path, stack or key. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly extensions: Readonly<Record<string, unknown>>

  constructor(code: ProblemCode, detail: string, extensions: Readonly<Record<string, unknown>> = {}) {
    super(detail)
    this.name = 'ProblemError'
    this.code = code
    this.extensions = extensions
  }

  get status(): number {
    return problemStatus[this.code]
  }

  toProblem(): Problem {
    const { code, status, message: detail } = this
    const title = code[0]?.toUpperCase() + code.slice(1).replaceAll('_', ' ')
    return { ...this.extensions, type: `urn:heddle:problem:${code}`, title, status, code, detail }
  }
}
