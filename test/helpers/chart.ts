// A chart as SVG: lines with bands over a common axis.

export type Series = {
  readonly name: string
  readonly colour: string
  readonly low: readonly number[]
  readonly middle: readonly number[]
  readonly high: readonly number[]
}

type Axes = {
  readonly title: string
  readonly x: { readonly label: string; readonly most: number }
  readonly y: { readonly label: string }
}

const WIDTH = 760
const HEIGHT = 400
const LEFT = 56
const RIGHT = 110
const TOP = 44
const BOTTOM = 48

/** A whole SVG document. All series have the same number of values, evenly spread from 0 to `x.most`. */
export function chartOf(series: readonly Series[], { title, x, y }: Axes): string {
  const count = series[0]!.middle.length
  const most = Math.ceil(Math.max(...series.flatMap(({ high }) => high)) / 10) * 10
  const acrossOf = (index: number) => LEFT + ((WIDTH - LEFT - RIGHT) * index) / (count - 1)
  const upOf = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / most
  const points = (values: readonly number[]) =>
    values.map((value, index) => `${acrossOf(index).toFixed(1)},${upOf(value).toFixed(1)}`)
  const bands = series.map(
    ({ colour, low, high }) =>
      `<polygon fill="${colour}" opacity="0.2" points="${[...points(high), ...points(low).reverse()].join(' ')}"/>`,
  )
  const lines = series.map(
    ({ colour, middle }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points(middle).join(' ')}"/>`,
  )
  const names = series.map(({ name, colour, middle }) => {
    const up = upOf(middle.at(-1)!) + 4
    return `<text x="${WIDTH - RIGHT + 8}" y="${up.toFixed(1)}" fill="${colour}">${name}</text>`
  })
  const rules = Array.from({ length: most / 10 + 1 }, (_, index) => {
    const up = upOf(10 * index).toFixed(1)
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${up}" y2="${up}" stroke="#ddd"/><text x="${LEFT - 8}" y="${up}" dy="4" text-anchor="end">${10 * index}</text>`
  })
  const marks = [0, 0.25, 0.5, 0.75, 1].map((at) => {
    const across = acrossOf(at * (count - 1)).toFixed(1)
    const label = Math.round(at * x.most).toLocaleString('en')
    return `<text x="${across}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${label}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#333">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="24" font-size="15">${title}</text>
${[...rules, ...marks, ...bands, ...lines, ...names].join('\n')}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${x.label}</text>
<text x="16" y="${HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 16 ${HEIGHT / 2})">${y.label}</text>
</svg>
`
}
