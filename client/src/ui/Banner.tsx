import { LoaderCircle, WifiOff } from 'lucide-react'
import { useGame } from '../game/store.ts'
import { figure } from '../game/words.ts'

/** Says when what is seen is not what is. */
export function Banner() {
  const connection = useGame((state) => state.connection)
  const status = useGame((state) => state.status)
  const world = useGame((state) => state.world)
  const standing = useGame((state) => state.standing)
  const chunksKnown = useGame((state) => state.chunksKnown)
  if (connection === 'lost' && world) {
    return (
      <p className="panel banner bad" role="alert">
        <WifiOff size={16} aria-hidden="true" /> Connection lost at tick {figure(status?.tick ?? 0)}
        . Trying again…
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
  if (standing) return null
  return (
    <p className="panel banner" role="status">
      <LoaderCircle size={16} className="spin" aria-hidden="true" />
      {world ? `Drawing the planet: ${chunksKnown} chunks` : 'Looking for a world…'}
    </p>
  )
}
