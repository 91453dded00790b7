/**
 * The text field of a composer: grows with its text, sends on Enter (never in the middle of an input method's composition),
 * and shows the draft of one key, which it keeps for as long as it lives.
 */
import { h, setAttr, setClass } from '../dom/h.ts'
import type { Kit } from './kit.ts'

export interface DraftField {
  readonly dom: HTMLTextAreaElement
  text(): string
  /** As if the person had typed it: the draft follows. */
  fill(text: string): void
  placeholder(words: string): void
  focus(): void
}

export interface FieldOptions {
  readonly kit: Kit
  /** A session id, or `new`. */
  readonly draftKey: string
  readonly label: string
  readonly rows: number
  readonly signal: AbortSignal
  onEnter(): void
  onChange(): void
}

export function createField({ kit, draftKey, label, rows, signal, onEnter, onChange }: FieldOptions): DraftField {
  const { actions, state, frame } = kit
  const dom = h('textarea', {
    class: 'field-text',
    rows,
    dir: 'auto',
    enterkeyhint: 'send',
    autocomplete: 'off',
    aria: { label },
  })
  const grow = createAutosize(dom, kit)
  const show = () => {
    const { text } = state.drafts.get(draftKey)
    if (dom.value !== text) replaceText(dom, text)
    grow()
    onChange()
  }
  const changed = () => {
    actions.editDraft(draftKey, dom.value, state.drafts.get(draftKey).files)
    grow()
    onChange()
  }
  const onKeydown = (event: KeyboardEvent) => {
    // 229: a key that an input method has taken, where `isComposing` is already over (Safari).
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    onEnter()
  }
  dom.addEventListener('input', changed, { signal })
  dom.addEventListener('keydown', onKeydown, { signal })
  dom.addEventListener('blur', () => actions.saveDrafts(), { signal })
  state.observe(`draft:${draftKey}`, show, signal)
  frame.schedule(dom, show)
  return {
    dom,
    text: () => dom.value,
    fill(text) {
      dom.value = text
      changed()
    },
    placeholder: (words) => setAttr(dom, 'placeholder', words),
    focus: () => dom.focus({ preventScroll: true }),
  }
}

/** The caret keeps its distance from the end: what is put there comes before what is being typed. */
function replaceText(dom: HTMLTextAreaElement, text: string): void {
  const afterCaret = dom.value.length - dom.selectionEnd
  dom.value = text
  const caret = Math.max(0, text.length - afterCaret)
  dom.setSelectionRange(caret, caret)
}

/** Browsers without `field-sizing` are told the height; the style sheet bounds both ways. */
function createAutosize(dom: HTMLTextAreaElement, { frame }: Kit): () => void {
  if (globalThis.CSS?.supports?.('field-sizing', 'content')) return () => undefined
  setClass(dom, 'is-measured', true)
  return () => {
    frame.schedule(dom.style, () => {
      dom.style.height = 'auto'
      frame.measure(
        () => dom.scrollHeight,
        (height) => {
          dom.style.height = `${height}px`
        },
      )
    })
  }
}
