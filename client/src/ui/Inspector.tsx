import { Flag, Footprints, Pickaxe, RotateCw, Trash2, Undo2, X } from 'lucide-react'
import { deposits, lives } from '../../../src/domain/generation/codes.ts'
import { isWater, terrains } from '../../../src/domain/generation/terrain.ts'
import { amountWord } from '../game/glance.ts'
import * as session from '../game/session.ts'
import { isHere, ownIndex, useGame } from '../game/store.ts'
import { capital, itemWord, terrainWord } from '../game/words.ts'
import type { CellReading } from '../planet/cells.ts'
import { usePlay } from './context.ts'
import { Machine } from './Machine.tsx'

/** Reads the selected cell, a few times a second, and offers what may be done there. */
export function Inspector() {
  const play = usePlay()
  const selected = useGame((state) => state.selected)
  const reading = useGame((state) => state.reading)
  if (selected < 0) return null
  return (
    <aside className="panel inspector" aria-label="Selected cell">
      <button
        type="button"
        className="close"
        aria-label="Let go of the cell"
        onClick={() => play.select(-1)}
      >
        <X size={17} aria-hidden="true" />
      </button>
      {reading ? <Cell reading={reading} /> : <p className="muted">Not seen yet</p>}
    </aside>
  )
}

function Cell({ reading }: { reading: CellReading }) {
  const owner = useOwner(reading.owner)
  const terrain = terrains[reading.terrain] ?? 'none'
  const { structure } = reading
  return (
    <>
      {structure ? (
        <Machine structure={structure} ownerName={owner.name} own={owner.own} />
      ) : (
        <header>
          <span className={`swatch terrain-${terrain}`} aria-hidden="true" />
          <div>
            <h2>{terrainWord(terrain)}</h2>
            <p>
              cell {reading.cell} · {owner.name}
            </p>
          </div>
        </header>
      )}
      <Ground reading={reading} terrain={structure ? terrainWord(terrain) : undefined} />
      <Actions reading={reading} own={owner.own} />
    </>
  )
}

function useOwner(index: number): { name: string; own: boolean } {
  const players = useGame((state) => state.players)
  const own = useGame((state) => index !== 0 && index === ownIndex(state))
  if (index === 0) return { name: 'nobody’s', own: false }
  if (own) return { name: 'yours', own }
  return { name: players.find((one) => one.index === index)?.name ?? `player ${index}`, own }
}

function Ground({ reading, terrain }: { reading: CellReading; terrain: string | undefined }) {
  const deposit = deposits[reading.deposit] ?? 'none'
  const life = lives[reading.life] ?? 'none'
  return (
    <dl className="facts">
      {terrain && <Fact name="Ground" value={terrain} />}
      <Fact name="Elevation" value={String(reading.elevation)} />
      <Fact name="Pollution" value={String(reading.pollution)} />
      {deposit !== 'none' && (
        <Fact name={capital(deposit)} value={amountWord(reading.amount)} wide />
      )}
      {life !== 'none' && (
        <Fact
          name={itemWord(life)}
          value={`${Math.round((reading.mass / 255) * 100)} % grown`}
          wide
        />
      )}
    </dl>
  )
}

function Fact({ name, value, wide = false }: { name: string; value: string; wide?: boolean }) {
  return (
    <div className={wide ? 'fact wide' : 'fact'}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Actions({ reading, own }: { reading: CellReading; own: boolean }) {
  const play = usePlay()
  const here = useGame(isHere)
  const harvesting = useGame((state) => state.player?.harvesting)
  if (!here) return null
  const { cell, structure } = reading
  const visit = play.session
  const harvestable = !structure && (reading.deposit > 0 || reading.life > 0)
  return (
    <div className="actions">
      {reading.owner === 0 && (
        <button type="button" className="primary" onClick={() => void session.claim(visit, [cell])}>
          <Flag size={15} aria-hidden="true" /> Claim
        </button>
      )}
      {harvestable && harvesting !== cell && (
        <button type="button" onClick={() => session.harvest(visit, cell)}>
          <Pickaxe size={15} aria-hidden="true" /> Harvest
        </button>
      )}
      {harvesting === cell && (
        <button type="button" onClick={() => session.stopHarvest(visit)}>
          <Pickaxe size={15} aria-hidden="true" /> Stop harvest
        </button>
      )}
      {!isWater(reading.terrain) && (
        <button type="button" onClick={() => session.walkTo(visit, cell)}>
          <Footprints size={15} aria-hidden="true" /> Walk here
        </button>
      )}
      {own && structure && (
        <>
          <button type="button" onClick={() => session.turn(visit, cell)}>
            <RotateCw size={15} aria-hidden="true" /> Turn
          </button>
          <button
            type="button"
            className="danger"
            onClick={() => void session.remove(visit, [cell])}
          >
            <Trash2 size={15} aria-hidden="true" /> Remove
          </button>
        </>
      )}
      {own && !structure && (
        <button type="button" onClick={() => void session.release(visit, cell)}>
          <Undo2 size={15} aria-hidden="true" /> Release
        </button>
      )}
    </div>
  )
}
