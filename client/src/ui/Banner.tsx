import { LoaderCircle, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useGame } from '../game/store.ts'
import { figure } from '../game/words.ts'

/** A world that has not been heard of for so many ticks is told of. */
const BEHIND_TOLD = 60

/** Figures that go on changing: a screen reader would tell each of them. */
const Silent = ({ children }: { children: ReactNode }) => <span aria-hidden="true">{children}</span>

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
        <WifiOff size={16} aria-hidden="true" />
        <span>
          Connection lost at tick {figure(status?.tick ?? 0)}.{' '}
          {behind > 0 && <Silent>The world is about {figure(behind)} ticks ahead. </Silent>}
          Trying again…
        </span>
      </p>
    )
  }
  if (status?.state === 'replaying') {
    return (
      <p className="panel banner" role="status">
        <LoaderCircle size={16} className="spin" aria-hidden="true" />
        <span>
          The world is coming back
          <Silent>
            : tick {figure(status.tick)} of {figure(status.replayThrough ?? status.tick)}
          </Silent>
        </span>
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
        <LoaderCircle size={16} className="spin" aria-hidden="true" />
        <span>
          What you see is <Silent>{figure(behind)} ticks</Silent> old
        </span>
      </p>
    )
  }
  if (standing) return null
  return (
    <p className="banner waiting" role="status">
      {world ? (
        <span>
          Drawing the planet<Silent>: {chunksKnown} chunks</Silent>
        </span>
      ) : (
        'Looking for a world…'
      )}
    </p>
  )
}
