/** A title that is changed where it stands: Enter or leaving it keeps, Esc takes back. */
import { h } from '../dom/h.ts'

/** Graphemes; the server cuts between characters, this only stops a pasted book. */
const titleUnits = 400

/** Puts a field in place of `element` until the person is done; `onSave` only if it says something else. */
export function editTitle(element: HTMLElement, title: string, onSave: (title: string) => void): void {
  if (element.hidden) return
  const input = h('input', {
    class: 'title-input',
    type: 'text',
    value: title,
    maxlength: titleUnits,
    autocomplete: 'off',
    dir: 'auto',
    aria: { label: 'Title' },
  })
  let done = false
  const end = (keep: boolean) => {
    if (done) return
    done = true
    const next = input.value.trim()
    const hadFocus = document.activeElement === input
    input.remove()
    element.hidden = false
    if (hadFocus) element.focus()
    if (keep && next !== '' && next !== title) onSave(next)
  }
  input.addEventListener('blur', () => end(true))
  input.addEventListener('click', (event) => event.stopPropagation())
  input.addEventListener('keydown', (event) => {
    event.stopPropagation() // the page's shortcuts are not meant: Esc here is no Stop
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return
    event.preventDefault()
    end(event.key === 'Enter')
  })
  element.before(input)
  element.hidden = true
  input.focus()
  input.select()
}
