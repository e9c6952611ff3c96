// Classes of fault in the messages of a WebSocket, beside those of any body: what breaks the protocol.

import type { Chance } from './chance.ts'

type Message = Readonly<Record<string, unknown>>
type Class = {
  /** What is sent after the greeting, where there is one. */
  readonly spoil: (subscribe: Message, chance: Chance) => readonly unknown[]
  readonly codes: readonly number[]
  readonly ungreeted?: true
}

const without = (message: Message, name: string) =>
  Object.fromEntries(Object.entries(message).filter(([each]) => each !== name))

export const messageClasses: Readonly<Record<string, Class>> = {
  'before the greeting': { ungreeted: true, spoil: (message) => [message], codes: [4401] },
  'a second greeting': {
    spoil: () => [{ type: 'connection_init' }],
    codes: [4429],
  },
  'no type': { spoil: (message) => [without(message, 'type')], codes: [4400] },
  'an unknown type': {
    spoil: (message, chance) => [
      { ...message, type: chance.one(['steal', '', 'Subscribe', '__proto__']) },
    ],
    codes: [4400],
  },
  'a type that is no text': {
    spoil: (message, chance) => [{ ...message, type: chance.one([7, null, {}, []]) }],
    codes: [4400],
  },
  'no id': { spoil: (message) => [without(message, 'id')], codes: [4400] },
  'an id that is no text': {
    spoil: (message, chance) => [{ ...message, id: chance.one([7, null, {}, [], true, '']) }],
    codes: [4400],
  },
  'an id that is taken': {
    spoil: (message) => [
      { ...message, payload: { query: 'subscription { status(world: "first") { tick } }' } },
      message,
    ],
    codes: [4409],
  },
  'no payload': { spoil: (message) => [without(message, 'payload')], codes: [4400] },
  'a payload that is none': {
    spoil: (message, chance) => [{ ...message, payload: chance.one([7, 'all', [], true]) }],
    codes: [4400],
  },
  'a wrong token': {
    ungreeted: true,
    spoil: (message, chance) => [
      { type: 'connection_init', payload: { token: chance.one(['x', 7, {}, 'x'.repeat(43)]) } },
      message,
    ],
    codes: [4403, 4401],
  },
}
