import { test } from 'vitest'
import type { WorldEvent } from '../../src/domain/events.ts'
import { world } from '../../src/domain/world.ts'
import { specification } from '../helpers/given.ts'

const given = specification(world)
const settings = { world: 'eden', seed: 7, n: 64, ups: 20 }
const found = { ...settings, type: 'FoundWorld' as const, account: 'ada', at: 1_000 }
const founded: WorldEvent = { type: 'WorldFounded', data: settings }

test('a world is founded', () => given().when(found).decides(founded))

test('founding it again as it is, is nothing to do', () => given().when(found).settles())

test.each([{ seed: 8 }, { n: 65 }, { ups: 21 }])('a founded world stays as it is: %o', (other) =>
  given(founded)
    .when({ ...found, ...other })
    .refuses('AlreadyFounded'),
)
