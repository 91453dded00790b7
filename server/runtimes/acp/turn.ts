/** One turn on an agent: its sink, its permissions and questions. Once it is over, nothing reaches the sink. */
import type {
  CreateElicitationRequest,
  CreateElicitationResponse,
  PromptResponse,
  RequestPermissionRequest,
  RequestPermissionResponse,
} from '@agentclientprotocol/sdk'
import type { RuntimeUpdate } from '../../../shared/events.ts'
import type { Usage } from '../../../shared/model.ts'
import { maxSubjectCharacters } from '../limits.ts'
import type { TurnResult, TurnSink } from '../runtime.ts'
import { permissionRequest } from './permission.ts'
import { elicitationResponse, questionRequest } from './question.ts'
import type { UpdateReader } from './updates.ts'

const cancelled: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } }

export class Turn {
  /** Why the person rejected something: no field of the protocol carries it, so the next prompt does. */
  readonly rejections: string[] = []
  private readonly sink: TurnSink
  private readonly reader: UpdateReader
  private readonly stopped: Promise<'stopped'>
  private stop: () => void = () => undefined
  private over = false

  constructor(sink: TurnSink, reader: UpdateReader, signal: AbortSignal) {
    this.sink = sink
    this.reader = reader
    this.stopped = new Promise((resolve) => {
      this.stop = () => resolve('stopped')
      signal.addEventListener('abort', this.stop, { once: true })
    })
  }

  update(update: RuntimeUpdate): void {
    if (!this.over) this.sink.update(update)
  }

  end(): void {
    this.over = true
    this.stop()
  }

  async permission(
    request: RequestPermissionRequest,
    onDelivered: (callback: () => void) => void,
  ): Promise<RequestPermissionResponse> {
    const { toolCallId } = request.toolCall
    const before = this.reader.tool(toolCallId) ?? { toolCallId }
    const asked = permissionRequest(request, before, this.reader.upsert(request.toolCall))
    if (JSON.stringify(asked.subject).length > maxSubjectCharacters) return this.refuse(request, asked.title)
    const decision = await Promise.race([this.sink.requestPermission(asked), this.stopped])
    if (decision === 'stopped' || decision.outcome === 'cancelled') return cancelled
    onDelivered(decision.delivered)
    const { optionId, reason } = decision
    if (reason) this.rejections.push(`About “${asked.title}”: ${reason}`)
    return { outcome: { outcome: 'selected', optionId }, ...(reason ? { _meta: { reason } } : {}) }
  }

  async question(request: CreateElicitationRequest): Promise<CreateElicitationResponse> {
    const asked = questionRequest(request)
    if (!asked) return { action: 'decline' }
    const answer = await Promise.race([this.sink.ask(asked), this.stopped])
    return answer === 'stopped' ? { action: 'cancel' } : elicitationResponse(answer)
  }

  /** Nobody can have read it, so nobody may have allowed it. */
  private refuse(request: RequestPermissionRequest, title: string): RequestPermissionResponse {
    const text = `“${title.slice(0, 200)}” asked for approval of more than a person can read, and was rejected.`
    this.update({ type: 'notice', level: 'warning', title: 'Rejected unread', text })
    const no = request.options.find((option) => option.kind === 'reject_once')
    return no ? { outcome: { outcome: 'selected', optionId: no.optionId } } : cancelled
  }
}

const stopReasons = new Set<string>(['end_turn', 'max_tokens', 'max_turn_requests', 'refusal', 'cancelled'])

/** `usage` stands in answers before it stands in the stable schema. */
export function turnResult(response: PromptResponse, stopped: boolean): TurnResult {
  const { stopReason, usage } = response as PromptResponse & { usage?: Record<string, unknown> | null }
  if (stopped) return { stopReason: 'cancelled', usage: usageOf(usage) }
  return { stopReason: stopReasons.has(stopReason) ? stopReason : 'end_turn', usage: usageOf(usage) }
}

const usageFields = ['inputTokens', 'outputTokens', 'totalTokens', 'cachedReadTokens', 'thoughtTokens'] as const

function usageOf(said: Record<string, unknown> | null | undefined): Usage | null {
  if (!said) return null
  const usage: Usage = {}
  for (const field of usageFields) {
    const count = said[field]
    if (typeof count === 'number') usage[field] = count
  }
  return usage
}
