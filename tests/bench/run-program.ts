/** Programs of the benches: bundled as the product is, run by plain Node, each saying its rows as JSON lines. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { onTestFinished } from 'vitest'

/** One line of a bench's table. */
export interface Row {
  readonly what: string
  readonly measured: string
  /** DESIGN.md's budget, where it has one. */
  readonly budget?: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs `tests/bench/<name>-program.ts` and prints its rows as they come. */
export async function runBench(name: string): Promise<Row[]> {
  await mkdir(join(root, '.cache'), { recursive: true })
  const built = await mkdtemp(join(root, '.cache/bench-'))
  try {
    await bundle(name, built)
    return await rowsOf(name, built)
  } finally {
    await rm(built, { recursive: true, force: true })
  }
}

async function bundle(name: string, outdir: string): Promise<void> {
  const program = (file: string) => join(root, 'tests/bench', `${file}-program.ts`)
  await build({
    entryPoints: {
      [name]: program(name),
      readers: program('readers'),
      'store-thread': join(root, 'server/store/thread.ts'),
    },
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
}

async function rowsOf(name: string, built: string): Promise<Row[]> {
  const child = spawn(process.execPath, ['--expose-gc', join(built, `${name}.js`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // A bench that is given up takes its processes with it: its readers end when their parent does.
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close')
  const rows: Row[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const row = JSON.parse(line) as Row
    rows.push(row)
    process.stderr.write(`  ${row.what.padEnd(78)}${row.measured.padStart(24)}   ${row.budget ?? ''}\n`)
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`The bench ${name} ended with ${code}.`)
  return rows
}
