import { expect, test } from 'vitest'
import { inTurn } from '../../src/commands/inTurn.ts'

/** Work that ends when it is told to. */
function work(name: string, log: string[]) {
  let end: (error?: Error) => void = () => {}
  const ended = new Promise<string>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve(name))
  })
  return {
    end: (error?: Error) => end(error),
    begin: () => {
      log.push(name)
      return ended
    },
  }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('work of one key is done in turn, of several at once, and what fails holds up nobody', async () => {
  const run = inTurn()
  const log: string[] = []
  const [one, two, other] = [work('one', log), work('two', log), work('other', log)]
  const first = run('mars', one.begin)
  const second = run('mars', two.begin)
  const third = run('venus', other.begin)
  await settled()
  expect(log).toEqual(['one', 'other'])
  one.end(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await settled()
  expect(log).toEqual(['one', 'other', 'two'])
  two.end()
  other.end()
  expect(await Promise.all([second, third])).toEqual(['two', 'other'])
  const last = work('last', log)
  last.end()
  expect(await run('mars', last.begin)).toBe('last')
})
