/** A set that forgets its oldest members. */
import { maxRememberedIds } from '../limits.ts'

export class RecentIds {
  private readonly ids = new Set<string>()

  add(id: string): void {
    this.ids.add(id)
    if (this.ids.size <= maxRememberedIds) return
    const [oldest] = this.ids
    if (oldest !== undefined) this.ids.delete(oldest)
  }

  has(id: string): boolean {
    return this.ids.has(id)
  }
}
