import { ArrowDownToLine, ArrowUpFromLine, Zap } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { StructureView } from '../../../src/domain/chunkView.ts'
import { fluids } from '../../../src/domain/items.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { type Recipe, recipeNamed, recipes } from '../../../src/domain/recipes.ts'
import * as session from '../game/session.ts'
import { useGame } from '../game/store.ts'
import { figure, itemWord, prototypeWord, statusWord } from '../game/words.ts'
import { lockOf } from '../hands/advice.ts'
import { usePlay } from './context.ts'
import { ItemIcon } from './ItemIcon.tsx'
import { PowerTotals, Throughput } from './Throughput.tsx'

type Props = {
  readonly structure: StructureView
  readonly ownerName: string
  readonly own: boolean
}

/** A structure: what it does, how far it is, and for its owner what is in it. */
export function Machine({ structure, ownerName, own }: Props) {
  const play = usePlay()
  const { prototype, status } = structure
  const picture = useMemo(() => play.stage.portraits([prototype])[prototype], [play, prototype])
  return (
    <>
      <header>
        {picture && <img src={picture} alt="" width={54} height={54} />}
        <div>
          <h2>{prototypeWord(prototype)}</h2>
          <p>
            cell {structure.cell} · {ownerName}
          </p>
        </div>
      </header>
      <p className={`state state-${status}`} data-testid="structure-status">
        {statusWord(status)}
      </p>
      <Power structure={structure} />
      <RecipeRow structure={structure} own={own} />
      <ProgressBar structure={structure} />
      <Throughput structure={structure} />
      {(prototype === 'generator' || prototype === 'pole') && (
        <PowerTotals owner={structure.owner} />
      )}
      {structure.items && structure.items.length > 0 && (
        <ul className="lane" aria-label="On the belt">
          {structure.items.map((item, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what lies on a belt has no name but its place
            <li key={place} title={itemWord(item)}>
              <ItemIcon item={item} size={18} />
            </li>
          ))}
        </ul>
      )}
      {own && !['belt', 'pole'].includes(prototypeNamed(prototype)?.kind ?? '') && (
        <Contents structure={structure} />
      )}
    </>
  )
}

/** What it draws or gives while it works; the word of its state says whether it gets that. */
function Power({ structure }: { structure: StructureView }) {
  const { power = 0, supply = 0 } = prototypeNamed(structure.prototype) ?? {}
  if (power === 0 && supply === 0) return null
  return (
    <p className="power">
      <Zap size={13} aria-hidden="true" />
      {supply > 0 ? `gives up to ${supply} power` : `draws ${power} power at work`}
      {structure.status === 'unpowered' && ': put a pole within two steps, and a generator to it'}
    </p>
  )
}

function RecipeRow({ structure, own }: { structure: StructureView; own: boolean }) {
  const play = usePlay()
  const researched = useGame((state) => state.player?.researched) ?? []
  const hinted = useGame(({ hint }) => hint?.cells.includes(structure.cell) ?? false)
  const possible = recipes.filter(({ machines }) => machines.includes(structure.prototype))
  if (possible.length === 0) return null
  const recipe = structure.recipe ? recipeNamed(structure.recipe) : undefined
  return (
    <div className="recipe">
      {recipe ? <RecipeFlow recipe={recipe} /> : <p className="muted">No recipe chosen</p>}
      {own && (
        <label>
          <span className="hidden">Recipe</span>
          <select
            className={hinted && !recipe ? 'hinted' : ''}
            value={structure.recipe ?? ''}
            onChange={(event) =>
              session.selectRecipe(play.session, structure.cell, event.target.value)
            }
          >
            <option value="" disabled>
              Choose…
            </option>
            {possible.map(({ name }) => (
              <option key={name} value={name}>
                {itemWord(name)}
                {lockOf('recipes', name, researched) ? ' (not researched)' : ''}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  )
}

export function RecipeFlow({ recipe }: { recipe: Recipe }) {
  const side = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([item, count]) => (
      <span key={item} className="ingredient" title={`${count} ${itemWord(item)}`}>
        <ItemIcon item={item} size={22} />
        <sub>{count}</sub>
      </span>
    ))
  return (
    <span className="flow">
      {side(recipe.inputs)}
      <span aria-hidden="true">→</span>
      {side(recipe.outputs)}
    </span>
  )
}

function ProgressBar({ structure }: { structure: StructureView }) {
  const tick = useGame((state) => state.tick)
  const { progress, status } = structure
  if (!progress) return null
  const share = Math.max(
    0,
    Math.min(1, (tick - progress.startTick) / Math.max(1, progress.duration)),
  )
  return (
    <div
      className={`progress ${status === 'working' ? '' : 'resting'}`}
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <i style={{ width: `${share * 100}%` }} />
    </div>
  )
}

const AMOUNTS = [1, 10, 1000] as const

function Contents({ structure }: { structure: StructureView }) {
  const play = usePlay()
  const inventory = useGame((state) => state.player?.inventory)
  const [amount, setAmount] = useState<number>(10)
  const inside = Object.entries(structure.contents ?? {}).filter(([, count]) => count > 0)
  const carried = Object.entries(inventory ?? {}).filter(([, count]) => count > 0)
  const kind = prototypeNamed(structure.prototype)
  // A pipe or tank holds one fluid, so how full it is can be said.
  const piping = kind?.kind === 'pipe'
  const holds = piping ? kind.capacity : 0
  const move = (item: string, way: 'put' | 'take') =>
    session.transfer(play.session, structure.cell, item, amount, way)
  return (
    <div className="contents">
      <fieldset className="amounts" aria-label="How many to move">
        <h3>Contents</h3>
        {(piping ? [] : AMOUNTS).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={amount === one}
            onClick={() => setAmount(one)}
          >
            {one === 1000 ? 'all' : `×${one}`}
          </button>
        ))}
      </fieldset>
      <ul data-testid="contents">
        {inside.map(([item, count]) => (
          <li key={item} data-item={item}>
            <ItemIcon item={item} size={18} />
            <span>{itemWord(item)}</span>
            <b>{holds ? `${figure(count)} / ${figure(holds)}` : figure(count)}</b>
            {!fluids.includes(item) && (
              <button
                type="button"
                aria-label={`Take ${itemWord(item)}`}
                onClick={() => move(item, 'take')}
              >
                <ArrowUpFromLine size={14} aria-hidden="true" />
              </button>
            )}
          </li>
        ))}
        {inside.length === 0 && <li className="muted">Empty</li>}
      </ul>
      {carried.length > 0 && !piping && (
        <details>
          <summary>Put in</summary>
          <ul>
            {carried.map(([item, count]) => (
              <li key={item}>
                <ItemIcon item={item} size={18} />
                <span>{itemWord(item)}</span>
                <b>{figure(count)}</b>
                <button
                  type="button"
                  aria-label={`Put in ${itemWord(item)}`}
                  onClick={() => move(item, 'put')}
                >
                  <ArrowDownToLine size={14} aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
