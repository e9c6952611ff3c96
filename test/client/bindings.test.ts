import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  actionOf,
  actions,
  chordOf,
  defaultBindings,
  keyWord,
  readBindings,
  rebind,
  writeBindings,
} from '../../client/src/game/bindings.ts'

const pressed = (
  key: string,
  held: Partial<Record<'ctrl' | 'shift' | 'meta' | 'alt', true>> = {},
) =>
  chordOf({
    key,
    ctrlKey: held.ctrl ?? false,
    metaKey: held.meta ?? false,
    shiftKey: held.shift ?? false,
    altKey: held.alt ?? false,
  })

const action = fc.constantFrom(...actions.map(({ id }) => id))
const chord = fc.constantFrom('a', 'z', 'Ctrl+k', 'Shift+r', '/', 'Enter', 'y', 'q')

describe('keys', () => {
  test('no two actions begin with one key', () => {
    expect(new Set(actions.map((one) => one.chord)).size).toBe(actions.length)
  })

  test('a press becomes a chord: letters small, the command key as Ctrl, signs without Shift', () => {
    expect(pressed('R', { shift: true })).toBe('Shift+r')
    expect(pressed('z', { meta: true })).toBe('Ctrl+z')
    expect(pressed('Z', { ctrl: true, shift: true })).toBe('Ctrl+Shift+z')
    expect(pressed('?', { shift: true })).toBe('?')
    expect(pressed('=')).toBe('+')
    expect(pressed(' ')).toBe('Space')
    expect(pressed('Shift', { shift: true })).toBeUndefined()
    expect(pressed('a', { alt: true })).toBeUndefined()
  })

  property.prop([fc.array(fc.tuple(action, chord), { maxLength: 12 })])(
    'however keys are given away, every action keeps a key of its own, also when they are kept and read again',
    (changes) => {
      let bindings = defaultBindings
      for (const [id, key] of changes) {
        const rebound = rebind(bindings, id, key)
        if (rebound.ok) bindings = rebound.bindings
        expect(bindings[id]).toBe(key)
        expect(actionOf(bindings, key)).toBe(id)
      }
      expect(new Set(Object.values(bindings)).size).toBe(actions.length)
      expect(readBindings(writeBindings(bindings))).toEqual(bindings)
    },
  )

  test('digits and Tab cannot be given away', () => {
    expect(rebind(defaultBindings, 'rotate', '1')).toMatchObject({ ok: false })
    expect(rebind(defaultBindings, 'rotate', 'Tab')).toMatchObject({ ok: false })
  })

  property.prop([fc.oneof(fc.string(), fc.json())])(
    'whatever was kept, keys are read, and each action has one',
    (text) => {
      expect(Object.keys(readBindings(text)).sort()).toEqual(Object.keys(defaultBindings).sort())
    },
  )

  test('a chord is shown as on the keys', () => {
    expect(keyWord('Ctrl+Shift+z')).toBe('Ctrl Shift Z')
    expect(keyWord('+')).toBe('+')
    expect(keyWord('ArrowUp')).toBe('↑')
  })
})
