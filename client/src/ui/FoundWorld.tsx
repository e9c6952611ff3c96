import { Dices, Globe } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { anySeed, foundingWord, paces, readFounding, sizes, sizeWord } from '../game/founding.ts'
import { toast, useGame } from '../game/store.ts'
import { capital } from '../game/words.ts'
import { usePlay } from './context.ts'
import { PlanetPreview } from './PlanetPreview.tsx'

const SIZE = 64

/** A form for another planet; nothing where no server could run it. */
export function FoundWorld({ founded }: { readonly founded: (id: string) => void }) {
  const { data } = usePlay().session
  const account = useGame((state) => state.account)
  const [name, setName] = useState('')
  const [seed, setSeed] = useState(anySeed)
  const [n, setSize] = useState<number>(SIZE)
  const [ups, setPace] = useState<number>(paces[0])
  const [fault, setFault] = useState<{ field: 'name' | 'seed'; text: string }>()
  const [busy, setBusy] = useState(false)
  if (!data.found) return null
  if (!account) {
    return <p className="muted">Land somewhere first: then you may found a world of your own.</p>
  }
  const read = readFounding(name || 'new', seed, n, ups)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const wish = readFounding(name, seed, n, ups)
    if (!wish.ok) {
      setFault({ field: wish.field, text: wish.fault })
      return
    }
    setBusy(true)
    const answer = await data.found?.(wish.world)
    setBusy(false)
    if (!answer) return
    const refused = foundingWord(answer)
    setFault(refused && { field: 'name', text: refused.fault })
    if (refused) return
    toast('good', `${capital(wish.world.id)} is founded`)
    setName('')
    setSeed(anySeed())
    founded(wish.world.id)
  }
  return (
    <form className="found" onSubmit={(event) => void submit(event)} aria-label="Found a world">
      <h3>Found a world</h3>
      <div className="found-planet">
        {read.ok && <PlanetPreview seed={read.world.seed} n={n} />}
        <label>
          Seed
          <span className="row">
            <input
              value={seed}
              inputMode="numeric"
              aria-invalid={fault?.field === 'seed'}
              aria-describedby="found-fault"
              onChange={(event) => setSeed(event.target.value)}
            />
            <button type="button" aria-label="Another seed" onClick={() => setSeed(anySeed())}>
              <Dices size={16} aria-hidden="true" />
            </button>
          </span>
        </label>
      </div>
      <label>
        Its name
        <input
          value={name}
          placeholder="kepri"
          maxLength={32}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={fault?.field === 'name'}
          aria-describedby="found-fault"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <div className="row">
        <label>
          Size
          <select value={n} onChange={(event) => setSize(Number(event.target.value))}>
            {sizes.map((size) => (
              <option key={size.n} value={size.n}>
                {sizeWord(size)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Pace
          <select value={ups} onChange={(event) => setPace(Number(event.target.value))}>
            {paces.map((pace) => (
              <option key={pace} value={pace}>
                {pace} ticks a second
              </option>
            ))}
          </select>
        </label>
      </div>
      <p id="found-fault" className="needs small" role="alert">
        {fault?.text}
      </p>
      <button type="submit" className="primary" disabled={busy}>
        <Globe size={16} aria-hidden="true" /> {busy ? 'Founding…' : 'Found it'}
      </button>
    </form>
  )
}
