/** The door: a key is got once, with a code that the server prints. The link or the code alone is taken. */
import { h, setAttr } from '../dom/h.ts'
import { doingOf } from '../state/doings.ts'
import { brandMark } from './brand.ts'
import type { Kit } from './kit.ts'
import { createProblem, watchDoing } from './parts/context.ts'

export interface Login {
  readonly dom: HTMLElement
  focus(): void
}

export function createLogin({ state, actions, signal }: Kit): Login {
  const input = h('input', {
    id: 'login-code',
    class: 'field',
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    placeholder: 'http://…/#code=…',
    aria: { describedby: 'login-help' },
  })
  const submit = h('button', { class: 'btn btn-primary', type: 'submit', text: 'Log in' })
  const problem = createProblem()
  const form = h(
    'form',
    { class: 'login-form' },
    h('label', { for: 'login-code', text: 'Login link or code' }),
    h('div', { class: 'login-line' }, input, submit),
    problem.dom,
  )
  form.addEventListener(
    'submit',
    (event) => {
      event.preventDefault()
      const code = codeIn(input.value)
      if (code) void actions.login(code)
      else input.focus()
    },
    { signal },
  )
  const draw = (busy: boolean, sentence: string) => {
    setAttr(submit, 'disabled', busy)
    problem.say(sentence)
  }
  watchDoing(state, doingOf.login, draw, signal)
  const dom = h(
    'main',
    { class: 'door' },
    h(
      'div',
      { class: 'door-card' },
      brandMark(32),
      h('h1', { text: 'This browser needs a login' }),
      h(
        'p',
        { id: 'login-help' },
        'Heddle printed a link when it started. Open that, or paste it here. For a fresh one, run ',
        h('code', { text: 'heddle open' }),
        ' where the server runs.',
      ),
      form,
    ),
  )
  return { dom, focus: () => input.focus() }
}

/** The code in a pasted link, or the text itself. */
export function codeIn(pasted: string): string {
  const text = pasted.trim()
  return /[#&?]code=([^&\s]+)/.exec(text)?.[1] ?? text
}
