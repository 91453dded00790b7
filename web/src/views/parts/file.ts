/** A file of a message: its name and size. What is in it is never drawn here. */
import type { FilePart } from '../../../../shared/model.ts'
import { h } from '../../dom/h.ts'
import { icon } from '../../dom/icons.ts'

export function createFile({ name, size }: FilePart): HTMLElement {
  return h(
    'span',
    { class: 'file' },
    icon('paperclip'),
    h('span', { class: 'file-name', title: name, text: name }),
    h('span', { class: 'file-size', text: bytes(size) }),
  )
}

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte']

/** `812 byte`, `14 kB`, in the person's own format. */
export function bytes(size: number, locale?: string): string {
  const step = size < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(size) / 3))
  const format = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] as string,
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  })
  return format.format(size / 1000 ** step)
}
