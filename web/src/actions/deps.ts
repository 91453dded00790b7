/** What the views are given; made by `main`. */
import type { Frame } from '../dom/frame.ts'
import type { State } from '../state/state.ts'
import type { Actions } from './actions.ts'

export interface Deps {
  readonly state: State
  readonly actions: Actions
  /** The page's one frame: `main` has it deliver what changed in `state`, in its write phase. */
  readonly frame: Frame
  /** The page's own life: everything that is mounted ends with it. */
  readonly signal: AbortSignal
}
