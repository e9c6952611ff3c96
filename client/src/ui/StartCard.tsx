import { Eye, Rocket } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { isHere, set, useGame } from '../game/store.ts'
import { capital } from '../game/words.ts'
import { usePlay } from './context.ts'

/** The first thing that a newcomer sees: the planet, and a way down to it. */
export function StartCard() {
  const play = usePlay()
  const world = useGame((state) => state.world)
  const account = useGame((state) => state.account)
  const here = useGame(isHere)
  const onlooking = useGame((state) => state.onlooking)
  const selected = useGame((state) => state.selected)
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  if (here || !world) return null
  if (onlooking) {
    return (
      <button type="button" className="panel land-again" onClick={() => set({ onlooking: false })}>
        <Rocket size={16} aria-hidden="true" /> Land here
      </button>
    )
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    await play.land(name.trim())
    setBusy(false)
  }
  return (
    <form className="panel start" onSubmit={(event) => void submit(event)} aria-label="Land">
      <p className="eyebrow">A living planet, run from a log</p>
      <h2>Land on {capital(world.id)}</h2>
      <p className="muted">
        {selected >= 0
          ? `You will land near cell ${selected}, if it is dry.`
          : 'Dig, smelt and build beside others. Whatever you leave behind runs on.'}
      </p>
      {!account && (
        <label>
          Your name
          <input
            value={name}
            onChange={(event) => setName(event.target.value)}
            placeholder="Ada"
            maxLength={32}
            required
            autoComplete="nickname"
          />
        </label>
      )}
      <div className="row">
        <button type="submit" className="primary" disabled={busy}>
          <Rocket size={16} aria-hidden="true" /> {busy ? 'Landing…' : 'Land'}
        </button>
        <button type="button" className="quiet" onClick={() => play.onlook()}>
          <Eye size={16} aria-hidden="true" /> Look round
        </button>
      </div>
    </form>
  )
}
