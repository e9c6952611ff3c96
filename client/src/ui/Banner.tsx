import { LoaderCircle, WifiOff } from 'lucide-react'
import { useGame } from '../game/store.ts'
import { figure } from '../game/words.ts'

/** A world that has not been heard of for so many ticks is told of. */
const BEHIND_TOLD = 60

/** Says when what is seen is not what is. */
export function Banner() {
  const connection = useGame((state) => state.connection)
  const status = useGame((state) => state.status)
  const world = useGame((state) => state.world)
  const standing = useGame((state) => state.standing)
  const chunksKnown = useGame((state) => state.chunksKnown)
  const behind = useGame((state) => state.behind)
  if (connection === 'lost' && world) {
    return (
      <p className="panel banner bad" role="alert">
        <WifiOff size={16} aria-hidden="true" /> Connection lost at tick {figure(status?.tick ?? 0)}
        . {behind > 0 && `The world is about ${figure(behind)} ticks ahead. `}Trying again…
      </p>
    )
  }
  if (status?.state === 'replaying') {
    return (
      <p className="panel banner" role="status">
        <LoaderCircle size={16} className="spin" aria-hidden="true" /> The world is coming back:
        tick {figure(status.tick)} of {figure(status.replayThrough ?? status.tick)}
      </p>
    )
  }
  if (status?.state === 'stopped') {
    return (
      <p className="panel banner bad" role="alert">
        The world has stopped: {status.stopped ?? 'no reason given'}
      </p>
    )
  }
  if (standing && behind > BEHIND_TOLD && connection === 'open') {
    return (
      <p className="panel banner" role="status">
        <LoaderCircle size={16} className="spin" aria-hidden="true" /> What you see is{' '}
        {figure(behind)} ticks old
      </p>
    )
  }
  if (standing) return null
  return (
    <p className="panel banner" role="status">
      <LoaderCircle size={16} className="spin" aria-hidden="true" />
      {world ? `Drawing the planet: ${chunksKnown} chunks` : 'Looking for a world…'}
    </p>
  )
}
