/** What the views are given; made by `main`. */
import type { State } from '../state/state.ts'
import type { Actions } from './actions.ts'

/** `dom/frame`, as far as it is handed on here: actions know no DOM. */
interface Frame {
  schedule(key: unknown, write: () => void): void
  measure<Value>(read: () => Value, write?: (value: Value) => void): void
  flush(): void
}

export interface Deps {
  readonly state: State
  readonly actions: Actions
  /** The page's one frame: `main` has it deliver what changed in `state`, in its write phase. */
  readonly frame: Frame
  /** The page's own life: everything that is mounted ends with it. */
  readonly signal: AbortSignal
}
