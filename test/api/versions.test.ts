import { type IncomingHttpHeaders, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VERSION_BYTES_MAX } from '../../src/api/rest/versions.ts'
import { openVersions } from '../../src/platform/git/versions.ts'
import { type GitRepository, gitRepository } from '../helpers/gitRepository.ts'
import { type Fake, openFake } from './fakes.ts'

let repository: GitRepository
let commit: string
let fake: Fake
beforeAll(async () => {
  repository = gitRepository()
  commit = repository.commit('Write a page', {
    'src/page.html': '<script>alert(1)</script>',
    'src/bytes': Buffer.from([1, 0, 2]),
    large: Buffer.alloc(VERSION_BYTES_MAX + 1, 'x'),
  })
  fake = await openFake({ versions: await openVersions(repository.folder) })
})
afterAll(async () => {
  await fake.api.close()
  repository.remove()
})

/** As it is written: `fetch` would take `..` out of a path, and ask for no answer of a cache. */
function get(path: string, headers: Record<string, string> = {}) {
  type Got = { status: number; headers: IncomingHttpHeaders; body: Buffer }
  return new Promise<Got>((resolve, reject) => {
    const asked = request(`${fake.url}/`, { path, headers }, async (response) => {
      const parts = []
      for await (const part of response) parts.push(part)
      const body = Buffer.concat(parts)
      resolve({ status: response.statusCode!, headers: response.headers, body })
    })
    asked.on('error', reject).end()
  })
}

describe('GET /versions', () => {
  test('tells a file as it was, as text that no browser runs, to be kept for ever', async () => {
    const answer = await get(`/versions/${commit}/src/page.html`)
    expect(answer.status).toBe(200)
    expect(answer.body.toString()).toBe('<script>alert(1)</script>')
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const again = await get(`/versions/${commit}/src/page.html`, {
      'If-None-Match': answer.headers.etag!,
    })
    expect([again.status, again.body.length]).toEqual([304, 0])
  })

  test('takes a commit by its first digits, tells its whole name, and promises nothing for ever', async () => {
    const answer = await get(`/versions/${commit.slice(0, 8)}/src/bytes`)
    expect(answer.body).toEqual(Buffer.from([1, 0, 2]))
    expect(answer.headers['content-type']).toBe('application/octet-stream')
    expect(answer.headers['orrery-commit']).toBe(commit)
    expect(answer.headers['content-location']).toBe(`/versions/${commit}/src/bytes`)
    expect(answer.headers['cache-control']).toBe('no-cache')
  })

  test('tells what was in a folder, and which commits there are', async () => {
    expect((await fake.call('GET', `/versions/${commit}`)).body).toEqual({
      commit,
      path: '',
      entries: [
        { name: 'large', kind: 'file' },
        { name: 'src', kind: 'folder' },
      ],
    })
    const top = await get(`/versions/${commit.slice(0, 9)}`)
    expect(top.headers['content-location']).toBe(`/versions/${commit}`)
    expect((await fake.call('GET', `/versions/${commit}/src`)).body).toMatchObject({ path: 'src' })
    const { body } = await fake.call('GET', '/versions?path=src/bytes&limit=1')
    expect(body).toMatchObject({ versions: [{ commit, subject: 'Write a page' }] })
  })

  test.each([
    ['/versions/HEAD/src/bytes', 400, 'commit'],
    ['/versions/123456/src/bytes', 400, 'commit'],
    ['/versions/--help/src/bytes', 400, 'commit'],
    ['/versions/COMMIT/src/%2e%2e/large', 400, 'path'],
    ['/versions/COMMIT/src%2Fbytes', 400, 'path'],
    ['/versions/COMMIT//large', 400, 'path'],
    ['/versions/COMMIT/src/', 400, 'path'],
    ['/versions/COMMIT/a%0Ab', 400, 'path'],
    ['/versions/COMMIT/a%00b', 400, 'path'],
    [`/versions/COMMIT/${'a/'.repeat(600)}b`, 400, 'path'],
    ['/versions/COMMIT/none', 404, undefined],
    ['/versions/0000000/large', 404, undefined],
    ['/versions/COMMIT/large', 413, undefined],
    ['/versions?limit=0', 400, 'limit'],
    ['/versions?path=../x', 400, 'path'],
    ['/versions/COMMIT/large?raw=1', 400, 'raw'],
  ])('%s is answered %i', async (path, status, field) => {
    const answer = await get(path.replace('COMMIT', commit))
    expect(answer.status).toBe(status)
    const problem = JSON.parse(answer.body.toString())
    if (field !== undefined) expect(problem).toMatchObject({ errors: [{ field }] })
  })

  test('is asked by each address so often in a minute, and is told when to ask again', async () => {
    const versions = await openVersions(repository.folder)
    const limited = await openFake({ versions, limits: { versionsPerMinute: 2 } })
    const statuses = []
    for (const path of ['', `/${commit}`, `/${commit}/src`]) {
      const { status, headers, body } = await limited.call('GET', `/versions${path}`)
      statuses.push(status)
      if (status !== 429) continue
      expect(headers.get('retry-after')).toBe('30')
      expect(body.detail).toBe('too many requests for the history from your address')
    }
    expect(statuses).toEqual([200, 200, 429])
    // Nothing else is slowed by it.
    expect((await limited.call('GET', '/worlds')).status).toBe(200)
    await limited.api.close()
  })

  test('says why where there is no history', async () => {
    const bare = await openFake()
    const answer = await bare.call('GET', `/versions/${commit}/large`)
    expect(answer.status).toBe(404)
    expect(answer.body.detail).toContain('VERSIONS')
    await bare.api.close()
  })
})
