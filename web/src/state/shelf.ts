/** What the page knows beside sessions: providers, projects, settings, the connection, and notices that pass. */
import type { Bootstrap } from '../../../shared/api.ts'
import type { Project, Provider, Settings } from '../../../shared/model.ts'
import { noticesKept } from './limits.ts'
import type { Key } from './observe.ts'

/** `lost`: since `since`; the page says so only once `banner` is true, for most losses are over before. */
export interface ConnectionStatus {
  readonly state: 'connecting' | 'live' | 'lost'
  readonly since: number
  readonly banner: boolean
}
/** `asking`: not known yet; `none`: a login code is needed. */
export type KeyStatus = 'asking' | 'none' | 'held'

export interface Notice {
  readonly id: string
  readonly level: 'info' | 'warning' | 'error'
  readonly text: string
  /** Whose it is; null for the page's own. */
  readonly sessionId: string | null
}

export interface Shelf {
  /** False until the first bootstrap: lists are not empty then, but unknown. */
  readonly isLoaded: boolean
  readonly providers: readonly Provider[]
  readonly projects: readonly Project[]
  readonly settings: Settings
  readonly connection: ConnectionStatus
  readonly key: KeyStatus
  /** The server's version; null until known. */
  readonly serverVersion: string | null
  /** The server is another version than this page: it says so and offers to load again. */
  readonly isOutdated: boolean
  readonly notices: readonly Notice[]
  provider(id: string): Provider | null
  project(id: string | null): Project | null
  fill(bootstrap: Bootstrap): void
  setProviders(providers: readonly Provider[]): void
  putProject(project: Project): void
  removeProject(id: string): void
  setSettings(settings: Settings): void
  setConnection(status: ConnectionStatus): void
  setKey(key: KeyStatus): void
  setServerVersion(version: string): void
  /** A notice of the same text and session takes the place of the one before. */
  notify(notice: Notice): void
  dismiss(id: string): void
}

const settingsUntilKnown: Settings = {
  theme: 'system',
  density: 'comfortable',
  sidebarWidth: 288,
  lastProvider: null,
  lastModels: {},
  lastProjectId: null,
  notifications: false,
}

/** `pageVersion`: what this page was built as. */
export function createShelf(touch: (key: Key) => void, pageVersion: string): Shelf {
  const shelf = {
    isLoaded: false,
    providers: [] as readonly Provider[],
    projects: [] as readonly Project[],
    settings: settingsUntilKnown,
    connection: { state: 'connecting', since: 0, banner: false } as ConnectionStatus,
    key: 'asking' as KeyStatus,
    serverVersion: null as string | null,
    isOutdated: false,
    notices: [] as readonly Notice[],
    provider: (id: string) => shelf.providers.find((provider) => provider.id === id) ?? null,
    project: (id: string | null) => shelf.projects.find((project) => project.id === id) ?? null,
    fill(bootstrap: Bootstrap) {
      shelf.isLoaded = true
      shelf.projects = bootstrap.projects
      touch('projects')
      touch('rows')
      shelf.setProviders(bootstrap.providers)
      shelf.setSettings(bootstrap.settings)
      shelf.setServerVersion(bootstrap.version)
    },
    setProviders(providers: readonly Provider[]) {
      shelf.providers = providers
      touch('providers')
    },
    putProject(project: Project) {
      const others = shelf.projects.filter(({ id }) => id !== project.id)
      shelf.projects = [...others, project].sort((a, b) => a.name.localeCompare(b.name))
      touch('projects')
    },
    removeProject(id: string) {
      shelf.projects = shelf.projects.filter((project) => project.id !== id)
      touch('projects')
    },
    setSettings(settings: Settings) {
      shelf.settings = settings
      touch('settings')
    },
    setConnection(status: ConnectionStatus) {
      shelf.connection = status
      touch('connection')
    },
    setKey(key: KeyStatus) {
      shelf.key = key
      touch('connection')
    },
    setServerVersion(version: string) {
      shelf.serverVersion = version
      shelf.isOutdated = version !== pageVersion
      touch('connection')
    },
    notify(notice: Notice) {
      const others = shelf.notices.filter(
        ({ text, sessionId }) => text !== notice.text || sessionId !== notice.sessionId,
      )
      shelf.notices = [...others, notice].slice(-noticesKept)
      touch('notices')
    },
    dismiss(id: string) {
      shelf.notices = shelf.notices.filter((notice) => notice.id !== id)
      touch('notices')
    },
  }
  return shelf
}
