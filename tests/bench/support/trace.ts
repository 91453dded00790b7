/**
 * What a page's main thread does in each of its frames, from a trace of Chromium. A frame is all from one begin of a frame
 * to the next: the messages that came in between, then the animation frame that draws them.
 */
import type { Browser, Page } from '@playwright/test'
import { type Figures, figuresOf } from './figures.ts'

export interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds of wall time, and of the thread's own time: what it was really given of the processor. */
  ts: number
  dur?: number
  tts?: number
  tdur?: number
}

export interface FrameCosts {
  /** All in milliseconds per frame. Script without what else runs inside of it: style, layout, garbage collection. */
  readonly script: Figures
  readonly withLayout: Figures
  readonly garbage: Figures
}

const scripts = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'HandlePostMessage',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
  'v8.compile',
  'v8.evaluateModule',
  'v8.run',
])
const layouts = new Set(['Layout', 'UpdateLayoutTree', 'RecalcStyle', 'PrePaint', 'Paint', 'Layerize', 'Commit'])
const garbage = new Set(['MinorGC', 'MajorGC', 'V8.GC_SCAVENGER', 'BlinkGC.AtomicPhase'])

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline.frame', 'v8', 'v8.execute', 'toplevel']

export async function recordTrace(browser: Browser, page: Page, act: () => Promise<unknown>): Promise<TraceEvent[]> {
  await browser.startTracing(page, { categories, screenshots: false })
  await act()
  const content = await browser.stopTracing()
  return (JSON.parse(content.toString('utf8')) as { traceEvents: TraceEvent[] }).traceEvents
}

/** By the wall's clock, and by the thread's own: on a busy machine only the latter is the page's doing. */
export function frameCosts(trace: readonly TraceEvent[]): { wall: FrameCosts; cpu: FrameCosts; frames: number } {
  const events = mainThreadOf(trace)
  const wall = costsBy(events, ({ ts, dur = 0 }) => ({ from: ts, to: ts + dur }))
  const cpu = costsBy(events, ({ tts = 0, tdur = 0 }) => ({ from: tts, to: tts + tdur }))
  return { wall, cpu, frames: wall.script.count }
}

/** All that the page's main thread did, in milliseconds of its own time. */
export function busyMs(trace: readonly TraceEvent[]): number {
  const tasks = mainThreadOf(trace).filter(({ name, ph }) => ph === 'X' && name === 'ThreadControllerImpl::RunTask')
  return tasks.reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0)
}

/** The page's main thread is the one that draws most animation frames. */
function mainThreadOf(trace: readonly TraceEvent[]): TraceEvent[] {
  const counts = new Map<string, number>()
  for (const { name, pid, tid } of trace)
    if (name === 'FireAnimationFrame') counts.set(`${pid}/${tid}`, (counts.get(`${pid}/${tid}`) ?? 0) + 1)
  const [thread] = [...counts].sort(([, one], [, other]) => other - one)[0] ?? []
  if (thread === undefined) throw new Error('No page has drawn an animation frame in this trace.')
  return trace.filter(({ pid, tid }) => `${pid}/${tid}` === thread)
}

interface Span {
  readonly from: number
  readonly to: number
}

function costsBy(events: readonly TraceEvent[], spanOf: (event: TraceEvent) => Span): FrameCosts {
  const spansOf = (names: ReadonlySet<string>) =>
    union(events.filter(({ name, ph }) => ph === 'X' && names.has(name)).map(spanOf))
  const begins = events.filter(({ name }) => name === 'BeginMainThreadFrame').map((event) => spanOf(event).from)
  begins.sort((one, other) => one - other)
  const frames = begins.slice(1).map((to, index) => ({ from: begins[index] as number, to }))
  const [script, layout, collected] = [spansOf(scripts), spansOf(layouts), spansOf(garbage)]
  const all = union([...script, ...layout])
  const other = union([...layout, ...collected])
  // A frame without a word of script is not one of the stream's.
  const busy = frames.filter((frame) => within(script, frame) > 0)
  const ms = (measure: (frame: Span) => number) => figuresOf(busy.map((frame) => measure(frame) / 1000))
  return {
    script: ms((frame) => within(script, frame) - within(overlap(script, other), frame)),
    withLayout: ms((frame) => within(all, frame) - within(overlap(all, collected), frame)),
    garbage: ms((frame) => within(collected, frame)),
  }
}

/** Ascending and apart from each other. */
function union(spans: readonly Span[]): Span[] {
  const merged: { from: number; to: number }[] = []
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = merged.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else merged.push({ ...span })
  }
  return merged
}

function overlap(some: readonly Span[], others: readonly Span[]): Span[] {
  const common: Span[] = []
  let next = 0
  for (const { from, to } of some) {
    while (next < others.length && (others[next] as Span).to <= from) next++
    for (let index = next; index < others.length && (others[index] as Span).from < to; index++) {
      const other = others[index] as Span
      common.push({ from: Math.max(from, other.from), to: Math.min(to, other.to) })
    }
  }
  return common
}

function within(spans: readonly Span[], frame: Span): number {
  return overlap([frame], spans).reduce((sum, { from, to }) => sum + to - from, 0)
}
