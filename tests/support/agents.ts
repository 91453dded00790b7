/** `findAgent('opencode')`: the path of a real agent, or null where it is not installed. */
export { findAgent } from './agents.mjs'
