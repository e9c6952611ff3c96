import { test } from 'vitest'
import { account } from '../../src/domain/account.ts'
import type { AccountEvent } from '../../src/domain/events.ts'
import { specification } from '../helpers/given.ts'

const given = specification(account)
const who = { account: 'ada', at: 1_000 }
const joined: AccountEvent = { type: 'PlayerJoined', data: { account: 'ada', nameId: 'name-1' } }
const erased: AccountEvent = { type: 'AccountErased', data: {} }

test('somebody new joins', () =>
  given()
    .when({ ...who, type: 'JoinPlayer', nameId: 'name-1' })
    .decides(joined))

test('an account joins once', () => {
  given()
    .when({ ...who, type: 'JoinPlayer', nameId: 'name-1' })
    .settles()
  given(joined)
    .when({ ...who, type: 'JoinPlayer', nameId: 'name-2' })
    .refuses('AlreadyJoined')
})

test('a player takes another name', () =>
  given(joined)
    .when({ ...who, type: 'RenamePlayer', nameId: 'name-2' })
    .decides({ type: 'PlayerRenamed', data: { nameId: 'name-2' } }))

test('the same name again is nothing to do', () => {
  given(joined)
    .when({ ...who, type: 'RenamePlayer', nameId: 'name-1' })
    .isNothingToDo()
  given(joined)
    .when({ ...who, type: 'RenamePlayer', nameId: 'name-2' })
    .settles()
})

test('who has not joined has nothing to rename or to erase', () => {
  given()
    .when({ ...who, type: 'RenamePlayer', nameId: 'name-2' })
    .refuses('NotJoined')
  given()
    .when({ ...who, type: 'EraseAccount' })
    .refuses('NotJoined')
})

test('an account is erased once', () => {
  given(joined)
    .when({ ...who, type: 'EraseAccount' })
    .decides(erased)
  given(joined)
    .when({ ...who, type: 'EraseAccount' })
    .settles()
})

test('an erased account does not come back', () => {
  given(joined, erased)
    .when({ ...who, type: 'JoinPlayer', nameId: 'x' })
    .refuses('AccountErased')
  given(joined, erased)
    .when({ ...who, type: 'RenamePlayer', nameId: 'x' })
    .refuses('AccountErased')
})
