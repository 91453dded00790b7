/** The mark: four threads, two of them through the eyes of a heddle. */
import { svg } from '../dom/h.ts'

export function brandMark(sizePx = 20): SVGSVGElement {
  const line = (className: string, d: string) => svg('path', { class: className, d })
  const eye = (className: string, x: number) => svg('circle', { class: className, cx: x, cy: 10, r: 1.6 })
  return svg(
    'svg',
    {
      class: 'brand-mark',
      viewBox: '0 0 20 20',
      width: sizePx,
      height: sizePx,
      'aria-hidden': 'true',
      focusable: 'false',
    },
    line('brand-1', 'M4 2v16'),
    line('brand-2', 'M8 2v6m0 4v6'),
    eye('brand-2', 8),
    line('brand-3', 'M12 2v6m0 4v6'),
    eye('brand-3', 12),
    line('brand-4', 'M16 2v16'),
  )
}
