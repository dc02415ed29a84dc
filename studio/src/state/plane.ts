// The boundary page: the plane of two inputs, and what every unit says on it at this moment.
import { batch, effect, signal } from '@preact/signals';
import { labs, type BoundaryPlane } from '../api/labs';
import { latest } from '../api/latest';
import { page, runId, step } from './store';

export const kCells = 64;

export const plane = signal<BoundaryPlane | null>(null);
export const grids = signal<Float32Array | null>(null);
export const why = signal(''); // the run has no such plane
export const axes = signal<{ x?: number | undefined; y?: number | undefined }>({});
export const unit = signal<string | null>(null); // null: the whole network

export const gridOf = (index: number): Float32Array => grids.value!.subarray(index * kCells * kCells, (index + 1) * kCells * kCells);

const askPlane = latest(
  (key: { run: string; x?: number | undefined; y?: number | undefined }) => labs.plane(key.run, { step: 0, x: key.x, y: key.y }),
  (answer, key) => {
    if (key.run !== runId.value) return;
    batch(() => {
      why.value = '';
      plane.value = answer;
      if (unit.value && !answer.units.some((u) => u.name === unit.value)) unit.value = null;
    });
  },
  (error) => {
    why.value = error.message;
  },
);
const askGrids = latest(
  (key: { run: string; step: number; x?: number | undefined; y?: number | undefined }) =>
    labs.boundary(key.run, { step: key.step, cells: kCells, x: key.x, y: key.y }),
  (answer, key) => {
    if (key.run === runId.value) grids.value = answer;
  },
  () => undefined, // the plane has said why
);

let shown = '';
export function follow(): () => void {
  const ends = [
    effect(() => {
      if (!runId.value || page.value !== 'boundary') return;
      if (shown !== runId.value) {
        shown = runId.value;
        batch(() => {
          plane.value = grids.value = unit.value = null;
          axes.value = {};
          why.value = '';
        });
      }
      askPlane({ run: runId.value, ...axes.value });
    }),
    effect(() => {
      if (plane.value && runId.value && page.value === 'boundary') askGrids({ run: runId.value, step: step.value, ...axes.value });
    }),
  ];
  return () => ends.forEach((end) => end());
}
