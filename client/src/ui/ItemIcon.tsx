import { itemCss } from '../scene/itemColours.ts'

/** A hexagon in the item's colour; the word beside it says which. */
export function ItemIcon({ item, size = 20 }: { item: string; size?: number }) {
  const colour = itemCss(item)
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className="item-icon">
      <path
        d="M12 2l8.7 5v10L12 22l-8.7-5V7z"
        fill={colour}
        fillOpacity="0.2"
        stroke={colour}
        strokeWidth="2"
      />
      <path d="M12 7l4.4 2.5v5L12 17l-4.4-2.5v-5z" fill={colour} />
    </svg>
  )
}
