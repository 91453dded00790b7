/** Back to the newest; says when something came since the reader left it. */
import { h, setAttr, setClass } from '../dom/h.ts'
import { icon } from '../dom/icons.ts'

export function createJump(onPress: () => void) {
  const dom = h('button', {
    class: 'jump',
    type: 'button',
    title: 'To the newest',
    hidden: true,
    aria: { label: 'To the newest message' },
    on: { click: onPress },
  })
  dom.append(icon('arrow-down'), h('span', { class: 'jump-new', text: 'New' }))
  return {
    dom,
    show(on: boolean) {
      setAttr(dom, 'hidden', !on)
      if (!on) setClass(dom, 'has-new', false)
    },
    mark: () => setClass(dom, 'has-new', true),
  }
}
