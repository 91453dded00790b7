/**
 * The tab's own icon: the session's thread, with a glyph for what waits or runs, so that nine tabs can be told apart at
 * their smallest. Drawn on a canvas; the address is a `blob:` of ours, which the page's policy allows.
 */
export type FaviconState = 'idle' | 'running' | 'approval' | 'question' | 'unread' | 'error'

export interface FaviconLook {
  /** 0 to 11, or null for Home: all threads. */
  hue: number | null
  state: FaviconState
}

const sizePx = 32
// Tab strips are light or dark without telling the page: middling lightness is seen on both.
const threadColour = (hue: number) => `oklch(66% 0.14 ${15 + hue * 30})`
const stateColours: Record<FaviconState, string> = {
  idle: 'transparent',
  running: 'oklch(66% 0.15 150)',
  approval: 'oklch(72% 0.17 65)',
  question: 'oklch(62% 0.17 255)',
  unread: 'oklch(62% 0.17 255)',
  error: 'oklch(60% 0.21 27)',
}

export interface Favicon {
  show(look: FaviconLook): void
}

export function createFavicon(link: HTMLLinkElement, signal?: AbortSignal): Favicon {
  let shown = ''
  let url = ''
  signal?.addEventListener('abort', () => URL.revokeObjectURL(url))
  return {
    show(look) {
      const wanted = `${look.hue}/${look.state}`
      if (wanted === shown || signal?.aborted) return
      shown = wanted
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = sizePx
      const context = canvas.getContext('2d')
      if (!context) return // a browser without a canvas keeps the icon it has
      draw(context, look)
      canvas.toBlob((blob) => {
        if (!blob || shown !== wanted || signal?.aborted) return
        URL.revokeObjectURL(url)
        url = URL.createObjectURL(blob)
        link.type = 'image/png'
        link.href = url
      })
    },
  }
}

function draw(context: CanvasRenderingContext2D, { hue, state }: FaviconLook): void {
  context.lineCap = 'round'
  context.lineWidth = hue === null ? 3.5 : 5
  const threads = hue === null ? [0, 3, 5, 8] : [hue, hue, hue]
  threads.forEach((thread, index) => {
    const x = 4 + (index * 24) / (threads.length - 1)
    context.strokeStyle = threadColour(thread)
    context.globalAlpha = hue !== null && index !== 1 ? 0.45 : 1
    context.setLineDash(state === 'running' ? [7, 7] : [])
    line(context, x, 4, x, 28)
  })
  context.globalAlpha = 1
  context.setLineDash([])
  if (state !== 'idle' && state !== 'running') drawGlyph(context, state)
}

function drawGlyph(context: CanvasRenderingContext2D, state: Exclude<FaviconState, 'idle' | 'running'>): void {
  // A hole around the glyph parts it from the threads on any tab strip.
  context.globalCompositeOperation = 'destination-out'
  disc(context, 13)
  context.globalCompositeOperation = 'source-over'
  context.fillStyle = stateColours[state]
  if (state === 'approval') {
    context.beginPath()
    for (const [x, y] of [
      [20, 9],
      [31, 20],
      [20, 31],
      [9, 20],
    ] as const)
      context.lineTo(x, y)
    context.fill()
    return
  }
  disc(context, state === 'unread' ? 8 : 11)
  if (state === 'unread') return
  context.fillStyle = 'white'
  context.font = 'bold 18px system-ui, sans-serif'
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText(state === 'question' ? '?' : '!', 20, 21)
}

function disc(context: CanvasRenderingContext2D, radius: number): void {
  context.beginPath()
  context.arc(20, 20, radius, 0, 2 * Math.PI)
  context.fill()
}

function line(context: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  context.beginPath()
  context.moveTo(fromX, fromY)
  context.lineTo(toX, toY)
  context.stroke()
}

/** `(2) Fix the importer · Heddle`: the number is what waits for the person. */
export function pageTitle(title: string, waiting: number): string {
  const name = title ? `${title} · Heddle` : 'Heddle'
  return waiting > 0 ? `(${waiting}) ${name}` : name
}
