import { hubJoinConformance } from '../conformance/hub-join.ts'
import { createRandom, seedOf } from '../support/random.ts'
import { startHouse } from './support.ts'

const start = () => startHouse({ maxStreams: 500, maxStreamsPerKey: 500 })

hubJoinConformance('the hub', start, createRandom(seedOf('hub join')))
