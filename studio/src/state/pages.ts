// The pages, in the groups of the bar above: where to begin, what a run shows, and single ideas to play with.
export const kGroups = [
  { name: 'start', pages: ['gallery', 'data'] },
  { name: 'run', pages: ['network', 'derivative', 'train', 'boundary', 'autoencoder', 'search'] },
  { name: 'explore', pages: ['functions', 'convolution', 'initialisation'] },
] as const;

export type Page = (typeof kGroups)[number]['pages'][number];
export const kPages: Page[] = kGroups.flatMap((group) => [...group.pages]);

// Whether a page shows one run, and so has the list of runs beside it and time below.
export const isOfRun = (page: Page): boolean => page !== 'search' && (kGroups[1].pages as readonly Page[]).includes(page);
