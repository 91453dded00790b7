/** Above everything, and only when it is true for more than a moment: no connection, or a page older than its server. */
import { h, setAttr, setText } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'
import type { Kit } from './kit.ts'

export function createBanner({ state, actions, announcer, signal }: Kit): HTMLElement {
  const words = h('p')
  const reload = h('button', { class: 'btn', type: 'button', text: 'Reload' })
  reload.addEventListener('click', () => actions.reload(), { signal })
  const dom = h('div', { class: 'banner', hidden: true }, words, reload)
  const close = h('button', { class: 'icon-btn', type: 'button', aria: { label: 'Later' } }, icon('x'))
  dom.append(close)
  let said = ''
  let dismissed = ''
  close.addEventListener(
    'click',
    () => {
      dismissed = said
      draw()
    },
    { signal },
  )
  const draw = () => {
    const { connection, isOutdated, key } = state.shelf
    const lost = key === 'held' && connection.state !== 'live' && connection.banner
    const text = lost
      ? 'No connection to the server. What runs goes on there; this page catches up by itself.'
      : isOutdated
        ? 'Heddle was updated. Reload to use the new version; what you have typed is kept.'
        : ''
    setText(words, text)
    setAttr(dom, 'class', lost ? 'banner is-lost' : 'banner')
    setAttr(reload, 'hidden', lost)
    setAttr(dom, 'hidden', text === '' || text === dismissed)
    if (text !== said && text) announcer.say(text)
    said = text
    if (text === '') dismissed = ''
  }
  state.observe('connection', draw, signal)
  draw()
  return dom
}
