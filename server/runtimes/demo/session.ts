/** What the demo agent keeps of one session, and what it needs of the place where it runs. */
import { randomUUID } from 'node:crypto'
import type { SessionConfigOption, SessionModeState } from '@agentclientprotocol/sdk'

export interface DemoHost {
  /** The provider as which it was started. */
  readonly provider: string
  /** Ends the agent as if it had crashed. */
  crash(): void
  /** From now on it takes no hint to end: only a kill does it. */
  hang(): void
  /** Bytes that are no protocol. */
  writeRaw(text: string): Promise<void>
  /** Starts a process in a session of its own; its pid. */
  spawnGrandchild(): Promise<number>
}

export const demoModels = [
  { value: 'guide', name: 'Guide', description: 'Explains Heddle' },
  { value: 'worker', name: 'Worker', description: 'Thinks, plans, runs tools, asks for approval, edits' },
  { value: 'interviewer', name: 'Interviewer', description: 'Asks questions' },
]
const paces = [
  { value: 'natural', name: 'Natural' },
  { value: 'fast', name: 'Fast' },
]
const availableModes = [
  { id: 'ask', name: 'Ask', description: 'Asks before it acts' },
  { id: 'trust', name: 'Trust', description: 'Acts without asking' },
]

export class DemoSession {
  /** Ids that it had before; requests may still name them. */
  readonly formerIds: string[] = []
  id = `demo-${randomUUID()}`
  model = 'guide'
  pace = 'natural'
  mode = 'ask'
  turns = 0
  /** Characters given and said: the demo's tokens are four of them. */
  characters = 0
  running: AbortController | null = null
  readonly cwd: string
  /** Every user text that this session has been given. */
  readonly texts: string[] = []
  /** How often a `fail` step has failed, by prompt and place. */
  readonly failures = new Map<string, number>()

  constructor(cwd: string) {
    this.cwd = cwd
  }

  get configOptions(): SessionConfigOption[] {
    return [
      { type: 'select', id: 'model', name: 'Model', category: 'model', currentValue: this.model, options: demoModels },
      { type: 'select', id: 'pace', name: 'Pace', category: 'demo', currentValue: this.pace, options: paces },
    ]
  }

  get modes(): SessionModeState {
    return { currentModeId: this.mode, availableModes }
  }

  /** False: there is no such option or value. */
  choose(id: string, value: unknown): boolean {
    if (id === 'model' && demoModels.some((model) => model.value === value)) this.model = String(value)
    else if (id === 'pace' && paces.some((pace) => pace.value === value)) this.pace = String(value)
    else return false
    return true
  }

  chooseMode(id: string): boolean {
    if (!availableModes.some((mode) => mode.id === id)) return false
    this.mode = id
    return true
  }
}
