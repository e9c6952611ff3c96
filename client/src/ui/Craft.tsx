import { useState } from 'react'
import { type Recipe, recipes } from '../../../src/domain/recipes.ts'
import { type Chain, chainOf } from '../game/chain.ts'
import * as session from '../game/session.ts'
import { useGame } from '../game/store.ts'
import { itemWord, missingWord } from '../game/words.ts'
import { lockOf } from '../hands/advice.ts'
import { usePlay } from './context.ts'
import { PinButton } from './Goals.tsx'
import { ItemIcon } from './ItemIcon.tsx'
import { RecipeFlow } from './Machine.tsx'

const byHand = recipes.filter((recipe) => recipe.byHand)
/** What the guide has a newcomer craft. */
const HINTED = 'red-pack'
/** How many of a thing a goal asks for. */
const PINNED = [1, 10, 50] as const
/** The hand takes so many orders in a row. */
const QUEUE = 8

/** Crafting by hand: what comes first is crafted first, and what is missing is told down to the ground. */
export function Craft() {
  const crafting = useGame((state) => state.player?.crafting)
  const [opened, setOpened] = useState<string>()
  return (
    <>
      {crafting && (
        <p className="crafting" role="status">
          At work: {itemWord(crafting.recipe)}, {crafting.left} left
        </p>
      )}
      <ul className="crafts">
        {byHand.map((recipe) => (
          <Row
            key={recipe.name}
            recipe={recipe}
            opened={opened === recipe.name}
            open={() => setOpened(opened === recipe.name ? undefined : recipe.name)}
          />
        ))}
      </ul>
    </>
  )
}

type RowProps = { readonly recipe: Recipe; readonly opened: boolean; readonly open: () => void }

function Row({ recipe, opened, open }: RowProps) {
  const play = usePlay()
  const inventory = useGame((state) => state.player?.inventory) ?? {}
  const researched = useGame((state) => state.player?.researched) ?? []
  const guided = useGame(({ hint }) => hint?.tool === 'craft')
  const hinted = guided && recipe.name === HINTED && inventory[HINTED] === undefined
  const lock = lockOf('recipes', recipe.name, researched)
  const word = itemWord(recipe.name)
  const chain = chainOf(recipe, 1, inventory, researched)
  const craft = async ({ steps }: Chain) => {
    for (const step of steps) await session.craft(play.session, step.recipe, step.times)
  }
  return (
    <li className={opened ? 'opened' : ''}>
      <div className="craft-head">
        <button type="button" className="quiet name" aria-expanded={opened} onClick={open}>
          <RecipeFlow recipe={recipe} />
          <span>
            {word}
            {lock && <small className="needs"> after {itemWord(lock.name)}</small>}
          </span>
        </button>
        {[1, 5].map((times) => {
          const wanted = times === 1 ? chain : chainOf(recipe, times, inventory, researched)
          const possible = !lock && wanted.missing.length === 0 && wanted.steps.length <= QUEUE
          return (
            <button
              key={times}
              type="button"
              disabled={!possible}
              className={hinted && possible && times === 1 ? 'hinted' : ''}
              aria-label={`Craft ${times} times ${word}`}
              onClick={() => void craft(wanted)}
            >
              ×{times}
            </button>
          )
        })}
      </div>
      {opened && (
        <>
          <Way chain={chain} />
          <div className="pins">
            {PINNED.map((count) => (
              <PinButton
                key={count}
                goal={{ kind: 'item', name: recipe.name, count }}
                label={`Pin ${count} as a goal`}
              />
            ))}
          </div>
        </>
      )}
    </li>
  )
}

function Way({ chain: { steps, missing } }: { chain: Chain }) {
  return (
    <div className="way">
      {missing.length > 0 && (
        <ul aria-label="Missing">
          {missing.map((one) => (
            <li key={one.item}>
              <ItemIcon item={one.item} size={16} />
              <span>
                <b>{one.count}</b> {itemWord(one.item)}
              </span>
              <small className="needs">{missingWord(one)}</small>
            </li>
          ))}
        </ul>
      )}
      {steps.length > 1 && (
        <ol aria-label="In this order">
          {steps.map(({ recipe, times }) => (
            <li key={recipe}>
              <ItemIcon item={recipe} size={16} />
              <span>
                {times} × {itemWord(recipe)}
              </span>
            </li>
          ))}
        </ol>
      )}
      {missing.length === 0 && steps.length <= 1 && (
        <p className="muted">All that it takes is here.</p>
      )}
    </div>
  )
}
