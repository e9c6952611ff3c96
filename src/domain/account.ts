// An account: who somebody is. Names are personal data and live outside the log; events carry their ids.

import type { AccountCommand } from './commands.ts'
import { type Decider, type Decision, refuse } from './decider.ts'
import type { AccountEvent } from './events.ts'

export type Account = {
  readonly standing: 'unknown' | 'joined' | 'erased'
  readonly nameId: string | undefined
}

export const account: Decider<AccountCommand, AccountEvent, Account> = {
  initial: () => ({ standing: 'unknown', nameId: undefined }),
  fork: (state) => state,

  evolve(state, event) {
    switch (event.type) {
      case 'PlayerJoined':
        return { standing: 'joined', nameId: event.data.nameId }
      case 'PlayerRenamed':
        return { ...state, nameId: event.data.nameId }
      case 'AccountErased':
        return { standing: 'erased', nameId: undefined }
    }
  },

  decide(command, state): Decision<AccountEvent> {
    switch (command.type) {
      case 'JoinPlayer': {
        if (state.standing === 'erased') return erased
        if (state.standing === 'unknown') {
          const { account, nameId } = command
          return [{ type: 'PlayerJoined', data: { account, nameId } }]
        }
        return state.nameId === command.nameId
          ? []
          : refuse('AlreadyJoined', 'this account has joined already')
      }
      case 'RenamePlayer':
        if (state.standing !== 'joined') return mayNot(state) ?? []
        if (state.nameId === command.nameId) return []
        return [{ type: 'PlayerRenamed', data: { nameId: command.nameId } }]
      case 'EraseAccount':
        if (state.standing === 'erased') return []
        return mayNot(state) ?? [{ type: 'AccountErased', data: {} }]
    }
  },
}

const erased = refuse('AccountErased', 'this account was erased')

/** Why this account may do nothing at all, or undefined if it may. */
export function mayNot(state: Account) {
  if (state.standing === 'erased') return erased
  if (state.standing === 'unknown') return refuse('NotJoined', 'nobody has joined by this account')
  return undefined
}
