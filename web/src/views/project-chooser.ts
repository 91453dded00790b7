/** In which folder a new chat works: one of the projects, none, or a new one. */
import { openDialog } from '../dom/dialog.ts'
import { h, setAttr } from '../dom/h.ts'
import type { MenuItem } from '../dom/menu.ts'
import { doingOf } from '../state/doings.ts'
import { type Chip, createChip } from './chip.ts'
import type { Kit } from './kit.ts'
import { createProblem, watchDoing } from './parts/context.ts'

const none = 'none'
const fresh = 'new'

export function createProjectChip(
  kit: Kit,
  chosen: () => string | null,
  onPick: (projectId: string | null) => void,
): Chip {
  const { state, signal } = kit
  const menu = () => ({
    items: projectItems(kit, chosen()),
    search: state.shelf.projects.length > 8 ? 'Find a project' : undefined,
    foot: 'Without a project a chat works in an empty folder of its own.',
    onPick(id: string) {
      if (id === fresh) openNewProject(kit, onPick)
      else onPick(id === none ? null : id)
    },
  })
  return createChip('Project', menu, signal, 'folder')
}

function projectItems({ state }: Kit, chosen: string | null): MenuItem[] {
  const projects = state.shelf.projects.filter((project) => !project.archived)
  return [
    { id: none, label: 'No project', checked: chosen === null },
    ...projects.map(({ id, name, cwd }) => ({ id, label: name, detail: cwd ?? undefined, checked: id === chosen })),
    { id: fresh, label: 'New project…', checked: false },
  ]
}

function openNewProject(kit: Kit, onCreated: (projectId: string) => void): void {
  const { actions, state, signal } = kit
  const life = new AbortController()
  const name = h('input', {
    id: 'project-name',
    class: 'field',
    type: 'text',
    required: true,
    maxlength: 200,
    autocomplete: 'off',
  })
  const folder = h('input', {
    id: 'project-folder',
    class: 'field',
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    autocapitalize: 'none',
    placeholder: '/home/me/code/importer',
    aria: { describedby: 'project-folder-note' },
  })
  const problem = createProblem()
  const create = h('button', { class: 'btn btn-primary', type: 'submit', text: 'Create project' })
  const form = h(
    'form',
    { class: 'dialog-form' },
    h('div', { class: 'form-row' }, h('label', { for: 'project-name', text: 'Name' }), name),
    h(
      'div',
      { class: 'form-row' },
      h('label', { for: 'project-folder', text: 'Folder' }),
      folder,
      h('p', {
        class: 'form-note',
        id: 'project-folder-note',
        text: 'Its whole path on the machine where Heddle runs. It must be there already.',
      }),
    ),
    problem.dom,
    h('div', { class: 'ask-actions is-end' }, create),
  )
  const dialog = openDialog({ title: 'New project', content: [form], signal, onClose: () => life.abort() })
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const outcome = await actions.createProject({ name: name.value.trim(), cwd: folder.value.trim() || null })
    if (!outcome.ok) return
    dialog.close()
    onCreated(outcome.value.id)
  })
  actions.dismiss(doingOf.project)
  const draw = (busy: boolean, sentence: string) => {
    setAttr(create, 'disabled', busy)
    problem.say(sentence)
  }
  watchDoing(state, doingOf.project, draw, life.signal)
}
