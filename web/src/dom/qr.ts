/** A QR code as one SVG path. Its library comes only when a code is asked for. */
import { svg } from './h.ts'

/** Modules of white around the code: what readers need (ISO/IEC 18004). */
const quietModules = 4

/** `label` is its name for who cannot see it. Rejects when the text is too long for a code (about 2,900 bytes). */
export async function createQrCode(text: string, label: string): Promise<SVGElement> {
  const { encode } = await import('uqr')
  const { data, size } = encode(text, { ecc: 'M', border: quietModules })
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return svg(
    'svg',
    { viewBox: `0 0 ${size} ${size}`, class: 'qr', role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' },
    svg('path', { d: path }),
  )
}
