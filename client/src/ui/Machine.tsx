import { ArrowDownToLine, ArrowUpFromLine } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { StructureView } from '../../../src/domain/chunkView.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { type Recipe, recipeNamed, recipes } from '../../../src/domain/recipes.ts'
import * as session from '../game/session.ts'
import { useGame } from '../game/store.ts'
import { figure, itemWord, prototypeWord, statusWord } from '../game/words.ts'
import { usePlay } from './context.ts'
import { ItemIcon } from './ItemIcon.tsx'

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
      <RecipeRow structure={structure} own={own} />
      <ProgressBar structure={structure} />
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
      {own && prototypeNamed(prototype)?.kind !== 'belt' && <Contents structure={structure} />}
    </>
  )
}

function RecipeRow({ structure, own }: { structure: StructureView; own: boolean }) {
  const play = usePlay()
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
  const move = (item: string, way: 'put' | 'take') =>
    session.transfer(play.session, structure.cell, item, amount, way)
  return (
    <div className="contents">
      <fieldset className="amounts" aria-label="How many to move">
        <h3>Contents</h3>
        {AMOUNTS.map((one) => (
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
            <b>{figure(count)}</b>
            <button
              type="button"
              aria-label={`Take ${itemWord(item)}`}
              onClick={() => move(item, 'take')}
            >
              <ArrowUpFromLine size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
        {inside.length === 0 && <li className="muted">Empty</li>}
      </ul>
      {carried.length > 0 && (
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
