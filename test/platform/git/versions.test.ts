import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VersionsBusy } from '../../../src/domain/ports/versions.ts'
import { NoVersions, openVersions } from '../../../src/platform/git/versions.ts'
import { type GitRepository, gitRepository } from '../../helpers/gitRepository.ts'

let repository: GitRepository
let first: string
let second: string
beforeAll(() => {
  repository = gitRepository()
  first = repository.commit('Write gears', { 'src/gear.ts': 'export const gear = 1\n', a: 'a' })
  second = repository.commit('Write gears anew: 2', {
    'src/gear.ts': 'export const gear = 2\n',
    'src/ä b/empty': '',
    bytes: Buffer.from([0, 255, 10]),
  })
})
afterAll(() => repository.remove())

const fileAt = async (commit: string, path: string) => {
  const found = await (await openVersions(repository.folder)).at(commit, path)
  return found?.kind === 'file' ? Buffer.from(await found.read()).toString('latin1') : found?.kind
}

describe('the history of the code', () => {
  test('has every file as it was at each commit, to the byte', async () => {
    expect(await fileAt(first, 'src/gear.ts')).toBe('export const gear = 1\n')
    expect(await fileAt(second, 'src/gear.ts')).toBe('export const gear = 2\n')
    expect(await fileAt(second, 'bytes')).toBe('\x00\xff\n')
    expect(await fileAt(second, 'src/ä b/empty')).toBe('')
    expect(await fileAt(first, 'bytes')).toBeUndefined()
    expect(await fileAt(second, 'src/none.ts')).toBeUndefined()
  })

  test('has what was in each folder', async () => {
    const versions = await openVersions(repository.folder)
    const entries = async (commit: string, path: string) => {
      const found = await versions.at(commit, path)
      return found?.kind === 'folder' ? found.read() : undefined
    }
    expect(await entries(first, '')).toEqual([
      { name: 'a', kind: 'file' },
      { name: 'src', kind: 'folder' },
    ])
    expect(await entries(second, 'src')).toEqual([
      { name: 'gear.ts', kind: 'file' },
      { name: 'ä b', kind: 'folder' },
    ])
  })

  test('names the same bytes the same in every commit', async () => {
    const versions = await openVersions(repository.folder)
    const [before, after] = [await versions.at(first, 'a'), await versions.at(second, 'a')]
    expect(before?.digest).toBe(after?.digest)
    expect((await versions.at(first, 'src'))?.digest).not.toBe(
      (await versions.at(second, 'src'))?.digest,
    )
  })

  test('finds a commit by the digits that begin it', async () => {
    const versions = await openVersions(repository.folder)
    expect(await versions.commit(first.slice(0, 7))).toBe(first)
    expect(await versions.commit(first)).toBe(first)
    expect(await versions.commit('0'.repeat(40))).toBeUndefined()
    expect(await versions.commit('0000000')).toBeUndefined()
  })

  test('lists commits, the newest first, and those of one path', async () => {
    const versions = await openVersions(repository.folder)
    const all = await versions.list(10)
    expect(all.map(({ commit }) => commit)).toEqual([second, first])
    expect(all[0]).toMatchObject({ subject: 'Write gears anew: 2' })
    expect(Date.parse(all[0]!.at)).not.toBeNaN()
    expect((await versions.list(10, 'a')).map(({ commit }) => commit)).toEqual([first])
    expect(await versions.list(10, ':(exclude)a')).toEqual([])
    expect(await versions.list(1)).toHaveLength(1)
  })

  test('is of what runs here only: what other branches have, or was taken back, is none of it', async () => {
    const { git, commit } = repository
    const main = git('rev-parse', '--abbrev-ref', 'HEAD').trim()
    git('checkout', '-q', '-b', 'secret')
    const secret = commit('Keep a secret', { key: 'secret' })
    git('checkout', '-q', main)
    const taken = commit('Take back', { oops: 'secret' })
    const versions = await openVersions(repository.folder)
    git('reset', '-q', '--hard', second)
    expect(await versions.commit(secret)).toBeUndefined()
    expect(await versions.commit(taken)).toBeUndefined()
    const blob = git('rev-parse', `${second}:a`).trim()
    expect(await versions.commit(blob)).toBeUndefined()
  })

  test('grows with the checkout while the server runs', async () => {
    const versions = await openVersions(repository.folder)
    const third = repository.commit('Write levers', { lever: '' })
    expect(await versions.commit(third.slice(0, 10))).toBe(third)
    expect((await versions.list(1))[0]?.commit).toBe(third)
  })

  test('is not opened in a folder of another project, nor outside of any', async () => {
    const inside = join(repository.folder, 'node_modules/orrery')
    mkdirSync(inside, { recursive: true })
    await expect(openVersions(inside)).rejects.toThrow(NoVersions)
    await expect(openVersions('/')).rejects.toThrow(NoVersions)
  })

  test('is read by so many at once, and the next is told to come again', async () => {
    const versions = await openVersions(repository.folder)
    const asked = Array.from({ length: 300 }, () => versions.at(first, 'a'))
    const answers = await Promise.allSettled(asked)
    const busy = answers.filter((one) => one.status === 'rejected')
    expect(busy).toHaveLength(300 - 202)
    for (const one of busy) expect(one.reason).toBeInstanceOf(VersionsBusy)
    expect(await fileAt(first, 'a')).toBe('a')
  })

  test('lets nobody wait for ever: who waited too long is told to come again, and the next has its turn', async () => {
    const versions = await openVersions(repository.folder, 0)
    const asked = Array.from({ length: 40 }, () => versions.at(first, 'a'))
    const answers = await Promise.allSettled(asked)
    expect(answers.slice(0, 2).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
    expect(answers.at(-1)).toMatchObject({ status: 'rejected', reason: new VersionsBusy() })
    expect(await versions.at(first, 'a')).toMatchObject({ kind: 'file' })
  })
})
