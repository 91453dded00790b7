/** The fields of a question, from the flat JSON schema of ACP's elicitation: one control each, and what it holds. */
import type { QuestionContent, QuestionSchema } from '../../../../shared/model.ts'
import { h } from '../../dom/h.ts'

export type FieldValue = QuestionContent[string] | undefined

export interface Field {
  readonly dom: HTMLElement
  /** Undefined where nothing was said. */
  read(): FieldValue
}

export interface Option {
  readonly value: string
  readonly label: string
}
type Property = QuestionSchema['properties'][string]

/** More options than this stand in a list to pull down. */
const radioLimit = 6

export function createField(name: string, property: Property, required: boolean, prefix: string): Field {
  const label = property.title ?? name
  const id = `${prefix}-${name}`
  const options = optionsOf(property)
  if (property.type === 'boolean') return checkbox(id, label, property)
  if (property.type === 'array') return checkboxes(id, label, property, optionsOf(itemsOf(property)))
  if (options.length > radioLimit) return select(id, label, property, options, required)
  if (options.length > 0) return radios(id, label, property, options)
  return input(id, label, property, required)
}

/** `enum` with `enumNames`, or `oneOf`/`anyOf` of `{const, title}`. */
export function optionsOf(property: Record<string, unknown>): Option[] {
  const titled = [property.oneOf, property.anyOf].find(Array.isArray) as unknown[] | undefined
  if (titled) {
    return titled.flatMap((option) => {
      const { const: value, title } = (option ?? {}) as { const?: unknown; title?: unknown }
      return typeof value === 'string' ? [{ value, label: typeof title === 'string' ? title : value }] : []
    })
  }
  if (!Array.isArray(property.enum)) return []
  const names = Array.isArray(property.enumNames) ? property.enumNames : []
  return property.enum.flatMap((value, index) =>
    typeof value === 'string' ? [{ value, label: typeof names[index] === 'string' ? names[index] : value }] : [],
  )
}

function itemsOf(property: Record<string, unknown>): Record<string, unknown> {
  return property.items !== null && typeof property.items === 'object'
    ? (property.items as Record<string, unknown>)
    : {}
}

function describe(property: Property) {
  return property.description ? h('p', { class: 'form-note', text: property.description }) : null
}

function checkbox(id: string, label: string, property: Property): Field {
  const box = h('input', { id, type: 'checkbox', checked: property.default === true })
  const dom = h('div', { class: 'form-row' }, h('label', { class: 'choice', for: id }, box, label), describe(property))
  return { dom, read: () => box.checked }
}

function checkboxes(id: string, label: string, property: Property, options: readonly Option[]): Field {
  const chosen = Array.isArray(property.default) ? property.default : []
  const boxes = options.map(({ value }, index) =>
    h('input', { id: `${id}-${index}`, type: 'checkbox', value, checked: chosen.includes(value) }),
  )
  const rows = boxes.map((box, index) => h('label', { class: 'choice', for: box.id }, box, options[index]?.label))
  const dom = h('fieldset', { class: 'form-row' }, h('legend', { text: label }), describe(property), rows)
  return { dom, read: () => boxes.filter((box) => box.checked).map((box) => box.value) }
}

function radios(id: string, label: string, property: Property, options: readonly Option[]): Field {
  const buttons = options.map(({ value }, index) =>
    h('input', { id: `${id}-${index}`, type: 'radio', name: id, value, checked: property.default === value }),
  )
  const rows = buttons.map((button, index) =>
    h('label', { class: 'choice', for: button.id }, button, options[index]?.label),
  )
  const dom = h('fieldset', { class: 'form-row' }, h('legend', { text: label }), describe(property), rows)
  return { dom, read: () => buttons.find((button) => button.checked)?.value }
}

function select(id: string, label: string, property: Property, options: readonly Option[], required: boolean): Field {
  const choices = options.map(({ value, label: text }) =>
    h('option', { value, text, selected: property.default === value }),
  )
  const control = h('select', { id, class: 'field', required }, h('option', { value: '', text: 'Choose…' }), choices)
  const dom = h('div', { class: 'form-row' }, h('label', { for: id, text: label }), describe(property), control)
  return { dom, read: () => control.value || undefined }
}

const formats: Record<string, string> = { email: 'email', uri: 'url', date: 'date', 'date-time': 'datetime-local' }

function input(id: string, label: string, property: Property, required: boolean): Field {
  const numeric = property.type === 'number' || property.type === 'integer'
  const initial = ['string', 'number'].includes(typeof property.default) ? String(property.default) : ''
  const limit = (name: string) => (typeof property[name] === 'number' ? (property[name] as number) : undefined)
  const control = h('input', {
    id,
    class: 'field',
    type: numeric ? 'number' : (formats[String(property.format)] ?? 'text'),
    value: initial,
    required,
    autocomplete: 'off',
    min: limit('minimum'),
    max: limit('maximum'),
    step: numeric ? (property.type === 'integer' ? 1 : 'any') : undefined,
    minlength: limit('minLength'),
    maxlength: limit('maxLength'),
  })
  const dom = h('div', { class: 'form-row' }, h('label', { for: id, text: label }), describe(property), control)
  const read = () => {
    if (control.value.trim() === '') return undefined
    return numeric ? Number(control.value) : control.value
  }
  return { dom, read }
}
