// An independent construction of the planet: the twenty faces of an icosahedron, each cut in n² triangles.
// It knows nothing of diamonds: a vertex is named by exact integers, so a shared one has one name.

/** The twenty faces by corners: 0 the north pole, 1..5 upper ring, 6..10 lower ring, 11 the south pole. */
const icosahedronFaces: readonly (readonly [number, number, number])[] = [
  [0, 1, 2],
  [0, 2, 3],
  [0, 3, 4],
  [0, 4, 5],
  [0, 5, 1],
  [1, 6, 2],
  [2, 7, 3],
  [3, 8, 4],
  [4, 9, 5],
  [5, 10, 1],
  [2, 6, 7],
  [3, 7, 8],
  [4, 8, 9],
  [5, 9, 10],
  [1, 10, 6],
  [11, 7, 6],
  [11, 8, 7],
  [11, 9, 8],
  [11, 10, 9],
  [11, 6, 10],
]

/** The name of the point that lies at these weights of these corners; zero weights say nothing. */
export function vertexKey(corners: readonly number[], weights: readonly number[]): string {
  return corners
    .map((corner, index) => ({ corner, weight: weights[index]! }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.corner - b.corner)
    .map(({ corner, weight }) => `${corner}:${weight}`)
    .join(' ')
}

/** Every vertex of the icosahedron of frequency n, with the vertices it shares a triangle with. */
export function subdividedIcosahedron(n: number): Map<string, Set<string>> {
  const adjacent = new Map<string, Set<string>>()
  const join = (a: string, b: string) => {
    if (!adjacent.has(a)) adjacent.set(a, new Set())
    adjacent.get(a)!.add(b)
  }
  for (const face of icosahedronFaces) {
    const at = (u: number, v: number) => vertexKey(face, [n - u - v, u, v])
    const triangle = (...keys: string[]) => {
      for (const a of keys) for (const b of keys) if (a !== b) join(a, b)
    }
    for (let u = 0; u < n; u++) {
      for (let v = 0; u + v < n; v++) {
        triangle(at(u, v), at(u + 1, v), at(u, v + 1))
        if (u + v + 1 < n) triangle(at(u + 1, v + 1), at(u + 1, v), at(u, v + 1))
      }
    }
  }
  return adjacent
}
