/** One chip for each option that the runtime offers beside the model: mode, effort, … */
import type { RuntimeOption, Session } from '../../../shared/model.ts'
import { h } from '../dom/h.ts'
import { reconcile, type View } from '../dom/reconcile.ts'
import { createChip } from './chip.ts'
import { optionItems, optionsToShow, optionWord } from './chooser.ts'
import type { Kit } from './kit.ts'

interface OptionItem {
  readonly option: RuntimeOption
  readonly value: string
}

export interface OptionChips {
  readonly dom: HTMLElement
  update(runtime: readonly RuntimeOption[], chosen: Pick<Session, 'provider' | 'options'> | null): void
}

export function createOptionChips(
  kit: Kit,
  signal: AbortSignal,
  onPick: (optionId: string, value: string) => void,
): OptionChips {
  const dom = h('span', { class: 'option-chips' })
  const create = ({ option: { id, name } }: OptionItem): View<OptionItem> => {
    let latest: OptionItem | null = null
    const menu = () => ({
      items: latest ? optionItems(latest.option, latest.value) : [],
      foot: latest?.option.description,
      onPick: (value: string) => onPick(id, value),
    })
    const chip = createChip(name, menu, signal)
    return {
      dom: chip.dom,
      update(item) {
        latest = item
        chip.update(optionWord(item.option, item.value), name)
      },
    }
  }
  return {
    dom,
    update(runtime, chosen) {
      const provider = chosen && kit.state.shelf.provider(chosen.provider)
      const items = optionsToShow(runtime, provider).map((option) => ({
        option,
        value: chosen?.options[option.id] ?? option.currentValue,
      }))
      reconcile(dom, items, ({ option }) => option.id, create)
    },
  }
}
