import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { h, setText } from '../../../web/src/dom/h.ts'
import { clear, reconcile, type View } from '../../../web/src/dom/reconcile.ts'

const keys = fc.uniqueArray(fc.nat(30), { maxLength: 14 })

function makeList() {
  const parent = document.createElement('ul')
  document.body.append(parent)
  const destroyed: number[] = []
  const create = (key: number): View<number> => ({
    dom: h('li', {}, h('input', { value: String(key) })),
    destroy: () => destroyed.push(key),
  })
  const draw = (items: readonly number[]) => reconcile(parent, items, (key) => key, create)
  const shown = () => [...parent.querySelectorAll('input')].map((input) => Number(input.value))
  return { parent, draw, shown, destroyed }
}

/** The nodes that an update takes out and puts in again. */
function movedBy(parent: Element, update: () => void): Node[] {
  const insert = vi.spyOn(parent, 'insertBefore')
  const before = new Set<Node>(parent.childNodes)
  update()
  const moved = insert.mock.calls.map(([node]) => node as Node).filter((node) => before.has(node))
  insert.mockRestore()
  return moved
}

function longestAscending(positions: readonly number[]): number {
  const lengths: number[] = []
  positions.forEach((position, index) => {
    lengths[index] =
      1 + Math.max(0, ...positions.slice(0, index).map((other, at) => (other < position ? (lengths[at] ?? 0) : 0)))
  })
  return Math.max(0, ...lengths)
}

afterEach(() => document.body.replaceChildren())

describe('a keyed list', () => {
  test('shows its items in order, whatever came, went and moved, and keeps the nodes of those that stay', () => {
    fc.assert(
      fc.property(fc.array(keys, { minLength: 2, maxLength: 5 }), (orders) => {
        const { parent, draw, shown, destroyed } = makeList()
        let nodes = new Map<number, Element>()
        for (const order of orders) {
          draw(order)
          expect(shown()).toEqual(order)
          const now = new Map(order.map((key, index) => [key, parent.children[index] as Element]))
          for (const [key, node] of nodes) if (now.has(key)) expect(now.get(key)).toBe(node)
          for (const key of nodes.keys()) if (!now.has(key)) expect(destroyed.pop()).toBeDefined()
          nodes = now
        }
        expect(destroyed).toEqual([])
      }),
    )
  })

  test('moves no more nodes than it must', () => {
    fc.assert(
      fc.property(keys, keys, (before, after) => {
        const { parent, draw } = makeList()
        draw(before)
        const positions = after.map((key) => before.indexOf(key)).filter((position) => position !== -1)
        const moved = movedBy(parent, () => draw(after))
        expect(moved).toHaveLength(positions.length - longestAscending(positions))
      }),
    )
  })

  test('never moves the item in which the person types', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.infiniteStream(fc.nat()),
        (before, pick, random) => {
          const { parent, draw } = makeList()
          draw(before)
          const held = parent.children[pick % before.length] as Element
          held.querySelector('input')?.focus()
          const after = before.map((key) => [random.next().value as number, key] as const).sort(([a], [b]) => a - b)
          const moved = movedBy(parent, () => draw(after.map(([, key]) => key)))
          expect(moved).not.toContain(held)
          expect(document.activeElement).toBe(held.querySelector('input'))
        },
      ),
    )
  })

  test('tells each view its newest item', () => {
    const parent = document.createElement('ul')
    const create = (): View<{ id: string; name: string }> => {
      const dom = h('li')
      return { dom, update: ({ name }) => setText(dom, name) }
    }
    reconcile(parent, [{ id: 'a', name: 'one' }], ({ id }) => id, create)
    const node = parent.firstChild
    reconcile(parent, [{ id: 'a', name: 'two' }], ({ id }) => id, create)
    expect(parent.firstChild).toBe(node)
    expect(parent.textContent).toBe('two')
  })

  test('refuses two items with one key', () => {
    expect(() => makeList().draw([1, 2, 1])).toThrow('Two items of one list have the key 1.')
  })

  test('destroys all its views when it is cleared', () => {
    const { parent, draw, destroyed } = makeList()
    draw([1, 2, 3])
    clear(parent)
    expect(destroyed).toEqual([1, 2, 3])
    expect(parent.childNodes).toHaveLength(0)
  })
})
