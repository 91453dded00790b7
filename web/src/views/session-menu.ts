/** What can be done with a chat, from its row and from its header alike: always the chat it was opened for. */
import { confirmDialog } from '../dom/dialog.ts'
import { icon } from '../dom/icons.ts'
import { type MenuItem, openMenu } from '../dom/menu.ts'
import { type Kit, tell } from './kit.ts'

export interface SessionMenuOptions {
  readonly kit: Kit
  readonly anchor: HTMLElement
  readonly sessionId: string
  onRename(): void
}

export function openSessionMenu({ kit, anchor, sessionId, onRename }: SessionMenuOptions): void {
  const { actions, state } = kit
  const row = state.rows.get(sessionId)
  const pinned = row?.pinned ?? false
  const archived = (row?.archivedAt ?? null) !== null
  const items: MenuItem[] = [
    { id: 'rename', label: 'Rename', icon: () => icon('pencil') },
    { id: 'pin', label: pinned ? 'Unpin' : 'Pin', icon: () => icon('pin') },
    { id: 'link', label: 'Copy link', icon: () => icon('copy') },
    { id: 'archive', label: archived ? 'Take out of the archive' : 'Archive', icon: () => icon('archive') },
    { id: 'delete', label: 'Delete…', icon: () => icon('trash'), danger: true },
  ]
  const acts: Record<string, () => unknown> = {
    rename: onRename,
    pin: () => tell(kit, actions.pin(sessionId, !pinned)),
    link: () => tell(kit, actions.copyLink(sessionId), 'Link copied.'),
    archive: () => tell(kit, actions.archive(sessionId, !archived)),
    delete: () => confirmDelete(kit, sessionId),
  }
  openMenu({ anchor, label: 'Chat', items, onPick: (id) => void acts[id]?.() })
}

async function confirmDelete(kit: Kit, sessionId: string): Promise<void> {
  const { actions, state, signal } = kit
  const row = state.rows.get(sessionId)
  const confirmed = await confirmDialog({
    title: 'Delete this chat?',
    text: `“${row?.title || 'New chat'}” goes with all its messages${row?.activeStreamId ? ', and what runs in it is stopped' : ''}. This cannot be taken back.`,
    confirm: 'Delete chat',
    danger: true,
    signal,
  })
  if (confirmed) await tell(kit, actions.remove(sessionId))
}
