/**
 * What is shown is what is run: signs that an eye cannot see, or takes for another, are drawn so that it can. Used for all
 * that a person is asked to approve. The words stay in the order in which the machine reads them.
 */
import { h } from '../../dom/h.ts'
import { visible } from '../../markdown/visible.ts'

/** Cyrillic, Greek, Armenian and other letters that stand for a Latin one in most faces. */
const lookAlikes = new Set('аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅαιοορνυχκτΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑɡıℓⅼⅰօսհոցզ')
const ascii = /^[!-~]$/

/** The text as nodes, and how many of its signs had to be made visible. */
export function visibleText(text: string): { nodes: Node[]; marked: number } {
  const nodes: Node[] = []
  let plain = ''
  // A word is a run of letters: in `отчёт.txt` there are two.
  for (const word of text.split(/([^\p{L}\p{M}\p{N}])/u)) {
    const suspicious = isSuspicious(word)
    for (const sign of word) {
      if (!isImpostor(sign, suspicious)) {
        plain += sign
        continue
      }
      nodes.push(...visible(plain), impostor(sign))
      plain = ''
    }
  }
  nodes.push(...visible(plain))
  return { nodes, marked: nodes.filter((node) => node instanceof HTMLElement).length }
}

/** A word of nothing but look-alikes, or one that mixes them with Latin letters; a Russian or Greek word is neither. */
function isSuspicious(word: string): boolean {
  const letters = [...word].filter((sign) => /\p{L}/u.test(sign))
  const alike = letters.filter((sign) => lookAlikes.has(sign))
  return alike.length > 0 && (alike.length === letters.length || letters.some((sign) => ascii.test(sign)))
}

/** Full-width and mathematical letters, signs and digits, which normalise to plain ones, stand for nothing else. */
function isImpostor(sign: string, suspicious: boolean): boolean {
  if (sign.charCodeAt(0) < 0x80) return false
  return (suspicious && lookAlikes.has(sign)) || ascii.test(sign.normalize('NFKC'))
}

function impostor(sign: string): HTMLElement {
  const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return h('mark', { class: 'look-alike', title: `U+${code}: not the Latin sign that it looks like`, text: sign })
}

/** From here on it is said how long a command is, so that nobody takes its beginning for all of it. */
export const longCommand = 600

/** A block for a whole command, never shortened, with a warning where signs had to be made visible. */
export function commandBlock(command: string, name = 'Command'): HTMLElement {
  const { nodes, marked } = visibleText(command)
  const block = h('pre', { class: 'command', dir: 'ltr', role: 'group', tabindex: 0, aria: { label: name } }, nodes)
  return h(
    'div',
    { class: 'command-block' },
    block,
    marked > 0 && h('p', { class: 'command-warning', text: warningOf(marked) }),
    command.length > longCommand && h('p', { class: 'command-size', text: sizeOf(command) }),
  )
}

export function warningOf(marked: number): string {
  return `${marked === 1 ? 'One sign is' : `${marked} signs are`} invisible or made to look like another: marked above.`
}

export function sizeOf(command: string): string {
  const format = new Intl.NumberFormat()
  const lines = command.split('\n').length
  return `All ${format.format(command.length)} characters${lines > 1 ? ` in ${format.format(lines)} lines` : ''} are shown.`
}
