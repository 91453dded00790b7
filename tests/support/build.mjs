// What every run against a built server does first, for vitest and Playwright alike.
import { build } from '../../build.mjs'

export default async function buildOnce() {
  await build()
}
