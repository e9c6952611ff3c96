import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { readUrlState, worldAddress, writeUrlState } from '../../client/src/game/urlState.ts'

const hundredths = (least: number, most: number) =>
  fc.integer({ min: least * 100, max: most * 100 }).map((value) => value / 100)

property.prop([
  fc.option(
    fc.record({
      longitude: hundredths(-180, 180),
      latitude: hundredths(-90, 90),
      heading: hundredths(-180, 180),
      distance: hundredths(1, 900),
    }),
    { nil: undefined },
  ),
  fc.integer({ min: -1, max: 655_361 }),
])('camera and selection survive a trip through the address', (camera, selected) => {
  expect(readUrlState(writeUrlState({ camera, selected }))).toEqual({ camera, selected })
})

property.prop([fc.string()])('whatever is typed into the address breaks nothing', (text) => {
  const { selected, camera } = readUrlState(`#${text}`)
  expect(selected).toBeGreaterThanOrEqual(-1)
  expect(camera === undefined || camera.distance > 0).toBe(true)
})

test('half a camera is no camera', () => {
  expect(readUrlState('#c=1,2,3&s=x')).toEqual({ camera: undefined, selected: -1 })
  expect(readUrlState('#c=1,2,3,-4&s=12')).toEqual({ camera: undefined, selected: 12 })
})

test('the way to another world keeps what was asked for, and leaves this world’s name and the offline mode', () => {
  expect(worldAddress('', 'kepri')).toBe('?world=kepri')
  expect(worldAddress('?quality=low&world=first', 'kepri')).toBe('?quality=low&world=kepri')
  expect(worldAddress('?offline=7,64', 'kepri')).toBe('?world=kepri')
})
