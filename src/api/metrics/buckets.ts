// Bounds of histograms, so that what is compared has the same.

/** Seconds: from a quick answer in memory to one that waited for a disk that is busy. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
