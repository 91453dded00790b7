/** The edge between sidebar and pane: dragged, moved by arrow keys, put back by a double press. */
import { h, setAria } from '../dom/h.ts'
import type { Kit } from './kit.ts'

const narrowestPx = 240
const widestPx = 420
const usualPx = 288
const keyStepPx = 16

export function createSplitter(kit: Kit, root: HTMLElement): HTMLElement {
  const { state, actions, frame, signal } = kit
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
  let widthPx = 0
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
  const isDragged = listenForDrag(
    dom,
    signal,
    (wanted) => frame.schedule(dom, () => show(wanted)),
    () => frame.schedule(keep, keep),
  )
  listenForKeys(dom, signal, (move) => set(move(widthPx)))
  dom.addEventListener('dblclick', () => set(usualPx), { signal })
  const fromSettings = () => isDragged() || show(state.shelf.settings.sidebarWidth)
  state.observe('settings', fromSettings, signal)
  fromSettings()
  return dom
}

function listenForKeys(
  dom: HTMLElement,
  signal: AbortSignal,
  onMove: (move: (widthPx: number) => number) => void,
): void {
  const moves: Record<string, (widthPx: number) => number> = {
    ArrowLeft: (widthPx) => widthPx - keyStepPx,
    ArrowRight: (widthPx) => widthPx + keyStepPx,
    Home: () => narrowestPx,
    End: () => widestPx,
    Enter: () => usualPx,
  }
  const onKeydown = (event: KeyboardEvent) => {
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    onMove(move)
  }
  dom.addEventListener('keydown', onKeydown, { signal })
}

/** The sidebar begins at the window's left edge, so the pointer's place is its width. */
function listenForDrag(dom: HTMLElement, signal: AbortSignal, onDrag: (widthPx: number) => void, onEnd: () => void) {
  let dragging = false
  const begin = (event: PointerEvent) => {
    dragging = true
    dom.setPointerCapture(event.pointerId)
  }
  const end = () => {
    if (dragging) onEnd()
    dragging = false
  }
  dom.addEventListener('pointerdown', begin, { signal })
  dom.addEventListener('pointermove', (event) => dragging && onDrag(event.clientX), { signal })
  dom.addEventListener('lostpointercapture', end, { signal })
  return () => dragging
}
