import { Camera } from 'lucide-react'
import { useEffect, useState } from 'react'
import {
  type ActionId,
  actions,
  type Bindings,
  chordOf,
  defaultBindings,
  keyWord,
  rebind,
  writeBindings,
} from '../game/bindings.ts'
import { keep, kept } from '../game/kept.ts'
import * as session from '../game/session.ts'
import { isHere, set, useGame } from '../game/store.ts'
import { type Quality, qualities, qualityNamed } from '../scene/quality.ts'
import { usePlay } from './context.ts'

/** No quality's name: the page measures. */
const MEASURED = 'measured'

export function Settings() {
  const play = usePlay()
  const here = useGame(isHere)
  return (
    <div className="settings">
      <QualityChoice />
      <button type="button" onClick={() => void play.savePicture()}>
        <Camera size={15} aria-hidden="true" /> Save a picture
      </button>
      <Keys />
      {here && (
        <button type="button" className="danger" onClick={() => session.leave(play.session)}>
          Leave this world
        </button>
      )}
    </div>
  )
}

/** What is chosen here is kept in this browser; what the address asks for comes before it. */
function QualityChoice() {
  const play = usePlay()
  const quality = useGame((state) => state.quality)
  const [chosen, setChosen] = useState(() => qualityNamed(kept('quality')))
  const choose = (one: Quality | undefined) => {
    keep('quality', one ?? MEASURED)
    setChosen(one)
    if (one) play.setQuality(one)
  }
  return (
    <fieldset className="group">
      <legend>Quality of the picture</legend>
      <label>
        <input
          type="radio"
          name="quality"
          checked={chosen === undefined}
          onChange={() => choose(undefined)}
        />
        as measured{chosen === undefined && ` (${quality})`}
      </label>
      {qualities.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="quality"
            checked={chosen === one}
            onChange={() => choose(one)}
          />
          {one}
        </label>
      ))}
    </fieldset>
  )
}

function apply(bindings: Bindings): void {
  set({ bindings })
  keep('keys', writeBindings(bindings))
}

function Keys() {
  const bindings = useGame((state) => state.bindings)
  const [waiting, setWaiting] = useState<ActionId>()
  const [word, setWord] = useState('')
  useEffect(() => {
    if (!waiting) return
    const down = (event: KeyboardEvent) => {
      const chord = chordOf(event)
      if (!chord) return
      event.preventDefault()
      event.stopPropagation()
      setWaiting(undefined)
      if (chord === 'Escape' && waiting !== 'putAway') {
        setWord('The key stays as it was')
        return
      }
      const rebound = rebind(bindings, waiting, chord)
      if (!rebound.ok) setWord(rebound.fault)
      else {
        apply(rebound.bindings)
        const other = actions.find(({ id }) => id === rebound.swapped)?.words
        setWord(other ? `“${other}” got the old key in exchange` : '')
      }
    }
    window.addEventListener('keydown', down, true)
    return () => window.removeEventListener('keydown', down, true)
  }, [waiting, bindings])
  return (
    <section aria-label="Keys">
      <h3>Keys</h3>
      <p className="muted small" role="status">
        {word || 'Press one, then the key that it shall be.'}
      </p>
      <ul className="bindings">
        {actions.map(({ id, words }) => (
          <li key={id}>
            <span>{words}</span>
            <button
              type="button"
              aria-label={`${words}: ${waiting === id ? 'press a key' : keyWord(bindings[id])}`}
              className={waiting === id ? 'on' : ''}
              onClick={() => setWaiting(id)}
            >
              {waiting === id ? 'press a key…' : keyWord(bindings[id])}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => apply(defaultBindings)}>
        All keys as they began
      </button>
    </section>
  )
}
