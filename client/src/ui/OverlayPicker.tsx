import { Layers } from 'lucide-react'
import { keyWord } from '../game/bindings.ts'
import { useGame } from '../game/store.ts'
import { capital, depositWord } from '../game/words.ts'
import { depositColours } from '../planet/cellColours.ts'
import { ownerColour } from '../planet/marks.ts'
import {
  CONSUMER_WITHOUT,
  type Overlay,
  overlays,
  POWERED,
  pollutionSteps,
} from '../planet/overlays.ts'
import { ownerColours } from '../scene/shading.ts'
import { usePlay } from './context.ts'

const words: Readonly<Record<Overlay, string>> = {
  none: 'Planet',
  power: 'Power',
  pollution: 'Pollution',
  owner: 'Owners',
  deposit: 'Deposits',
}

/** Which overlay the ground shows, and what its colours mean, in words. */
export function OverlayPicker() {
  const play = usePlay()
  const overlay = useGame((state) => state.overlay)
  const key = useGame((state) => state.bindings.overlay)
  return (
    <aside className="panel overlays" aria-label="Overlays">
      <label>
        <Layers size={15} aria-hidden="true" />
        <span className="hidden">Overlay</span>
        <select
          value={overlay}
          onChange={(event) => play.setOverlay(event.target.value as Overlay)}
        >
          {overlays.map((one) => (
            <option key={one} value={one}>
              {words[one]}
            </option>
          ))}
        </select>
        <kbd>{keyWord(key)}</kbd>
      </label>
      {overlay !== 'none' && <Legend overlay={overlay} />}
    </aside>
  )
}

function Legend({ overlay }: { overlay: Exclude<Overlay, 'none'> }) {
  const players = useGame((state) => state.players)
  const lines = (): readonly (readonly [css: string, word: string])[] => {
    switch (overlay) {
      case 'power':
        return [
          [POWERED, 'served by a pole'],
          [CONSUMER_WITHOUT, 'needs a pole'],
        ]
      case 'pollution':
        return pollutionSteps.map(([most, css], step) => [
          css,
          most === Number.POSITIVE_INFINITY
            ? `above ${pollutionSteps[step - 1]![0]}`
            : `up to ${most}`,
        ])
      case 'owner':
        return players.map(({ index, name }) => [
          ownerColours[ownerColour(index)] ?? '#fff',
          name ?? `player ${index}`,
        ])
      case 'deposit':
        return [1, 2, 3, 4, 5, 7, 8].map((code) => [
          depositColours[code] ?? '#fff',
          capital(depositWord(code)),
        ])
    }
  }
  return (
    <ul aria-label={`Legend: ${words[overlay]}`}>
      {lines().map(([css, word]) => (
        <li key={word}>
          <i style={{ background: css }} aria-hidden="true" /> {word}
        </li>
      ))}
    </ul>
  )
}
