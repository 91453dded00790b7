import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { nanoid } from 'nanoid'
import { CreateProject, PatchProject } from '../../shared/api.ts'
import { idRandomLength } from '../../shared/ids.ts'
import { Project } from '../../shared/model.ts'
import { ProblemError } from '../../shared/problems.ts'
import { pageOf } from './answers.ts'
import type { House } from './house.ts'
import { inOrder } from './in-order.ts'
import { param, type Route, route } from './route.ts'

export const projectRoutes = ({ hub, store }: House): Route[] => {
  const oneByOne = inOrder()
  return [
    route('GET', '/api/projects', { summary: 'The projects.', answers: { 200: pageOf(Project) } }, async (context) =>
      context.json({ items: await store.projects.list(), nextCursor: null }),
    ),
    route(
      'POST',
      '/api/projects',
      {
        summary: 'A new project: a folder to work in and its defaults.',
        body: CreateProject,
        answers: { 201: Project },
      },
      async (context, { body }) => {
        const { name, cwd = null, provider = null, model = null } = body
        if (cwd !== null) await checkFolder(cwd)
        const id = `prj_${nanoid(idRandomLength)}`
        const project = { id, name, cwd, provider, model, archived: false, createdAt: new Date().toISOString() }
        await store.projects.put(project)
        hub.feed.project(project)
        return context.json(project, 201)
      },
    ),
    route(
      'PATCH',
      '/api/projects/:projectId',
      { summary: 'Changes what is named.', body: PatchProject, answers: { 200: Project } },
      async (context, { body }) => {
        if (typeof body.cwd === 'string') await checkFolder(body.cwd)
        return oneByOne(async () => {
          const project = { ...(await known(store, param(context, 'projectId'))), ...body }
          await store.projects.put(project)
          hub.feed.project(project)
          return context.json(project)
        })
      },
    ),
    route(
      'DELETE',
      '/api/projects/:projectId',
      { summary: 'Removes a project; its folder and its sessions stay.', answers: { 204: null } },
      (context) =>
        oneByOne(async () => {
          const { id } = await known(store, param(context, 'projectId'))
          await store.projects.remove(id)
          hub.feed.projectRemoved(id)
          return context.body(null, 204)
        }),
    ),
  ]
}

async function known(store: House['store'], id: string): Promise<Project> {
  const project = await store.projects.get(id)
  if (!project) throw new ProblemError('not_found', 'There is no such project.')
  return project
}

/** Throws `invalid_folder`. */
async function checkFolder(cwd: string) {
  if (!isAbsolute(cwd) || cwd.includes('\0'))
    throw new ProblemError('invalid_folder', 'Give the whole path of the folder, from the root.')
  let isFolder: boolean
  try {
    isFolder = (await stat(cwd)).isDirectory()
  } catch {
    throw new ProblemError('invalid_folder', 'There is no such folder, or Heddle may not look into it; make it first.')
  }
  if (!isFolder) throw new ProblemError('invalid_folder', 'This is a file, not a folder; give the folder it is in.')
}
