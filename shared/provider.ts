/** What answers: providers, what they offer, and what the runtime behind a chat has told of itself. */
import * as v from 'valibot'

/** Tokens as the runtime reports them; `contextUsed` of `contextSize` is what fills the model's window now. */
export const Usage = v.object({
  inputTokens: v.optional(v.number()),
  outputTokens: v.optional(v.number()),
  totalTokens: v.optional(v.number()),
  cachedReadTokens: v.optional(v.number()),
  thoughtTokens: v.optional(v.number()),
  contextUsed: v.optional(v.number()),
  contextSize: v.optional(v.number()),
  cost: v.optional(v.object({ amount: v.number(), currency: v.string() })),
})
/** A setting that the runtime offers (ACP's config option), flattened: model, mode, effort, …. */
export const RuntimeOption = v.object({
  id: v.string(),
  name: v.string(),
  description: v.optional(v.string()),
  /** ACP's category: `model`, `mode`, `thought_level`, or the agent's own. */
  category: v.optional(v.string()),
  currentValue: v.string(),
  values: v.array(v.object({ value: v.string(), name: v.string(), description: v.optional(v.string()) })),
})
export const Command = v.object({ name: v.string(), description: v.string(), hint: v.optional(v.string()) })
/** What the runtime session behind a chat has told of itself. */
export const RuntimeInfo = v.object({
  runtimeSessionId: v.nullable(v.string()),
  modeId: v.nullable(v.string()),
  modes: v.array(v.object({ id: v.string(), name: v.string(), description: v.optional(v.string()) })),
  options: v.array(RuntimeOption),
  commands: v.array(Command),
  usage: Usage,
})
export const ProviderModel = v.object({
  id: v.string(),
  name: v.string(),
  description: v.optional(v.string()),
  contextWindow: v.optional(v.number()),
})
export const Capabilities = v.object({
  approve: v.boolean(),
  question: v.boolean(),
  resume: v.boolean(),
  steer: v.boolean(),
  images: v.boolean(),
})
export const Provider = v.object({
  id: v.string(),
  name: v.string(),
  kind: v.picklist(['demo', 'agent', 'model']),
  state: v.picklist(['ready', 'needs_key', 'not_installed', 'error']),
  /** What to do, or what is so, in one sentence. */
  detail: v.string(),
  /** The command that installs it, where it is not. */
  install: v.optional(v.string()),
  icon: v.string(),
  models: v.array(ProviderModel),
  defaultModel: v.nullable(v.string()),
  /** Other options of a new session, known once the runtime has been opened. */
  options: v.optional(v.array(RuntimeOption)),
  /** Where the provider has a key: its last four characters. */
  keyHint: v.optional(v.string()),
  can: Capabilities,
})

export type Usage = v.InferOutput<typeof Usage>
export type RuntimeOption = v.InferOutput<typeof RuntimeOption>
export type Command = v.InferOutput<typeof Command>
export type RuntimeInfo = v.InferOutput<typeof RuntimeInfo>
export type ProviderModel = v.InferOutput<typeof ProviderModel>
export type Capabilities = v.InferOutput<typeof Capabilities>
export type Provider = v.InferOutput<typeof Provider>
