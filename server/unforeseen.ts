/**
 * What nobody caught. A promise that nobody awaited, or a throw in an event's callback, is logged, and the server goes on:
 * what is shown to anybody is in the log already, an owner whose append failed writes no more, so other sessions have
 * nothing to fear from one that went wrong. Many in a short time are something else: then the process ends, which is
 * safe at any moment (the next start recovers), rather than burn on in a state that nobody knows.
 */
import { maxUnforeseen, unforeseenWindowMs } from './limits.ts'
import type { House } from './routes/house.ts'

export function watchUnforeseen(report: House['report'], end: () => void, now: () => number) {
  let recent: number[] = []
  const take = (error: unknown, doing: string) => {
    report(error, doing)
    recent = [...recent.filter((at) => at > now() - unforeseenWindowMs), now()]
    if (recent.length > maxUnforeseen) end()
  }
  process.on('uncaughtException', (error) => take(error, 'doing something that nobody watched'))
  process.on('unhandledRejection', (error) => take(error, 'doing something that nobody awaited'))
}
