import type { StructureView } from '../../../src/domain/chunkView.ts'
import { powerTotals } from '../game/power.ts'
import { useGame } from '../game/store.ts'
import { throughputOf } from '../game/throughput.ts'
import { usePlay } from './context.ts'

/** Seconds that one bar of the chart stands for. */
const BAR_S = 5
const BARS = 24
const BAR_WIDTH = 10
const HEIGHT = 34

/** What a machine makes a minute and how that was lately, by the jobs that this page has seen begin. */
export function Throughput({ structure }: { structure: StructureView }) {
  const { session } = usePlay()
  const tick = useGame((state) => state.tick)
  const { planet, data } = session
  const { ups } = data.world
  const throughput = throughputOf(planet, structure, tick, ups)
  if (!throughput) return null
  const { made, busy } = throughput
  const counts = planet.jobs.counts(structure.cell, tick, BAR_S * ups, BARS)
  const most = Math.max(1, ...counts)
  return (
    <div className="throughput">
      <p>
        <b>{made}</b> a minute
        {busy !== undefined && ` · ${Math.round(busy * 100)} % at work`}
      </p>
      <svg
        viewBox={`0 0 ${BARS * BAR_WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Jobs in the last ${counts.length * BAR_S} seconds`}
        preserveAspectRatio="none"
      >
        {counts.map((count, place) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={place}
            x={(BARS - counts.length + place) * BAR_WIDTH + 1}
            y={HEIGHT - Math.max(1, (count / most) * HEIGHT)}
            width={BAR_WIDTH - 2}
            height={Math.max(1, (count / most) * HEIGHT)}
          />
        ))}
      </svg>
    </div>
  )
}

/** What all generators of one's own could give, and what the machines at work draw, as far as the page sees them. */
export function PowerTotals({ owner }: { owner: number }) {
  const { session } = usePlay()
  const own = useGame((state) => state.player?.index)
  // Read anew with the selected cell.
  useGame((state) => state.tick)
  if (owner !== own) return null
  const { supply, drawn, lacking } = powerTotals(session.planet.structures.values(), owner)
  return (
    <p className="power-totals">
      All yours: machines at work draw <b>{drawn}</b> of <b>{supply}</b> power
      {lacking > 0 && `; ${lacking} without`}
    </p>
  )
}
