/** The edge between sidebar and pane: dragged, moved by arrow keys, put back by a double press. */
import { h, setAria } from '../dom/h.ts'
import type { Kit } from './kit.ts'

const narrowestPx = 240
const widestPx = 420
const usualPx = 288
const keyStepPx = 16

export function createSplitter(kit: Kit, root: HTMLElement): HTMLElement {
  const { state, actions, frame, signal } = kit
  let widthPx = 0
  let dragging = false
  const dom = h('div', {
    class: 'splitter',
    role: 'separator',
    tabindex: 0,
    title: 'Drag to resize',
    aria: {
      label: 'Width of the sidebar',
      orientation: 'vertical',
      valuemin: narrowestPx,
      valuemax: widestPx,
      controls: 'sidebar',
    },
  })
  const show = (wanted: number) => {
    widthPx = Math.round(Math.min(widestPx, Math.max(narrowestPx, wanted)))
    root.style.setProperty('--sidebar-width', `${widthPx}px`)
    setAria(dom, 'valuenow', widthPx)
  }
  const keep = () => {
    if (widthPx !== state.shelf.settings.sidebarWidth) void actions.patchSettings({ sidebarWidth: widthPx })
  }
  const set = (wanted: number) => {
    show(wanted)
    keep()
  }
  const steps: Record<string, () => void> = {
    ArrowLeft: () => set(widthPx - keyStepPx),
    ArrowRight: () => set(widthPx + keyStepPx),
    Home: () => set(narrowestPx),
    End: () => set(widestPx),
    Enter: () => set(usualPx),
  }
  dom.addEventListener(
    'keydown',
    (event) => {
      const step = steps[event.key]
      if (!step) return
      event.preventDefault()
      step()
    },
    { signal },
  )
  dom.addEventListener('dblclick', () => set(usualPx), { signal })
  dom.addEventListener(
    'pointerdown',
    (event) => {
      dragging = true
      dom.setPointerCapture(event.pointerId)
    },
    { signal },
  )
  dom.addEventListener(
    'pointermove',
    (event) => {
      const wanted = event.clientX
      if (dragging) frame.schedule(dom, () => show(wanted))
    },
    { signal },
  )
  const end = () => {
    if (!dragging) return
    dragging = false
    frame.schedule(dom, keep)
  }
  dom.addEventListener('lostpointercapture', end, { signal })
  const fromSettings = () => {
    if (!dragging) show(state.shelf.settings.sidebarWidth)
  }
  state.observe('settings', fromSettings, signal)
  fromSettings()
  return dom
}
