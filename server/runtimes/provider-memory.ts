/** What a session has taught of its provider, as it is kept between starts. */
import * as v from 'valibot'
import { Capabilities, type Provider, ProviderModel, RuntimeOption } from '../../shared/model.ts'

const Remembered = v.object({
  models: v.array(ProviderModel),
  defaultModel: v.nullable(v.string()),
  options: v.optional(v.array(RuntimeOption)),
  can: Capabilities,
})
export type Remembered = v.InferOutput<typeof Remembered>

export function rememberedOf({ models, defaultModel, options, can }: Provider): Remembered {
  return { models, defaultModel, can, ...(options ? { options } : {}) }
}

/** Null for nothing, and for what an older Heddle wrote in another shape: it will be learnt again. */
export function readMemory(text: string | null): Remembered | null {
  if (text === null) return null
  try {
    const parsed = v.safeParse(Remembered, JSON.parse(text))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}
