import { items as itemOrder } from '../../../src/domain/items.ts'
import { isHere, useGame } from '../game/store.ts'
import { figure, itemWord } from '../game/words.ts'
import { ItemIcon } from './ItemIcon.tsx'

/** What the player carries, in the order of the item table. */
export function Inventory() {
  const player = useGame((state) => state.player)
  const here = useGame(isHere)
  const rates = useGame((state) => state.rates)
  if (!player || !here) return null
  const counts = Object.entries(player.inventory)
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => itemOrder.indexOf(a) - itemOrder.indexOf(b))
  return (
    <section className="panel inventory" aria-label="Inventory">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <ul tabIndex={0} aria-label="What is carried">
        {counts.map(([item, count]) => (
          <li key={item} title={itemWord(item)} data-item={item}>
            <ItemIcon item={item} />
            <span>
              <b>{figure(count)}</b>
              <small>{itemWord(item)}</small>
              <Rate perMinute={rates[item]} />
            </span>
          </li>
        ))}
        {counts.length === 0 && <li className="muted">Nothing in hand</li>}
      </ul>
      {player.crafting && (
        <p className="crafting">
          Crafting {itemWord(player.crafting.recipe)} · {player.crafting.left} left
        </p>
      )}
    </section>
  )
}

/** What is made of it a minute, less what is used up; nothing where nothing happens. */
function Rate({ perMinute = 0 }: { perMinute: number | undefined }) {
  if (Math.abs(perMinute) < 0.05) return null
  const sign = perMinute > 0 ? '+' : '−'
  return (
    <small className={perMinute > 0 ? 'good' : 'needs'}>
      {sign}
      {Math.abs(perMinute).toFixed(1)}/min
    </small>
  )
}
