// What the Convolution page plays with: an image, a kernel, how the window walks, where it stands. The engine reckons.
import { batch, computed, effect, signal } from '@preact/signals';
import { labs, type Choices, type Convolved, type Named, type Plane } from '../api/labs';
import { latest } from '../api/latest';
import { fail } from './store';

const kMostWeight = 1e6; // a kernel that learns and leaves this has lost its way

export type Operation = 'convolution' | 'max' | 'average';
export const kOperations: Operation[] = ['convolution', 'max', 'average'];

export const dimensions = signal<1 | 2>(2);
export const operation = signal<Operation>('convolution');
export const image = signal<Plane>({ rows: 1, cols: 1, values: [0] });
export const pictureName = signal('digit');
export const kernel = signal<Plane>({ rows: 3, cols: 3, values: [-1, 0, 1, -2, 0, 2, -1, 0, 1] });
export const kernelName = signal('sobel_x');
export const stride = signal(1);
export const dilation = signal(1);
export const padding = signal('none');
export const pad = signal(1);
export const padValue = signal(1);
export const poolSize = signal(2);
export const flip = signal(false);
export const at = signal<[number, number]>([0, 0]);
export const wanted = signal(''); // a kernel to learn from
export const weight = signal<[number, number]>([0, 0]);
export const rate = signal(1);
export const hasDiverged = signal(false); // the last step went too far
export const isWalking = signal(false);
export const isLearning = signal(false);

export const choices = signal<Choices | null>(null);
export const found = signal<Convolved | null>(null);
export const refusal = signal('');

export const offered = computed(() => (dimensions.value === 1 ? choices.value?.signals : choices.value?.images) ?? null);
export const isPooling = computed(() => operation.value !== 'convolution');
export const takesPad = computed(() => !['none', 'same'].includes(padding.value));

export const rowsOf = (plane: Plane): number[][] =>
  Array.from({ length: plane.rows }, (_, r) => plane.values.slice(r * plane.cols, (r + 1) * plane.cols));

export function choosePicture(picture: Named | (Plane & { name?: string })): void {
  batch(() => {
    image.value = { rows: picture.rows, cols: picture.cols, values: [...picture.values] };
    pictureName.value = picture.name ?? '';
    at.value = [0, 0];
  });
}

export function chooseKernel(chosen: Named): void {
  batch(() => {
    kernel.value = { rows: chosen.rows, cols: chosen.cols, values: [...chosen.values] };
    kernelName.value = chosen.name;
    hasDiverged.value = false;
    weight.value = [0, 0];
    if (wanted.value && !sameShape(wanted.value)) wanted.value = '';
  });
}

const sameShape = (name: string) => offered.value?.kernels.some((k) => k.name === name && k.rows === kernel.value.rows && k.cols === kernel.value.cols) ?? false;
export const teachers = computed(() => (offered.value?.kernels ?? []).filter((k) => sameShape(k.name)));

export function setDimensions(wish: 1 | 2): void {
  batch(() => {
    dimensions.value = wish;
    const list = offered.value;
    if (list) {
      choosePicture(list.pictures[0]!);
      chooseKernel(list.kernels.find((k) => k.name === (wish === 1 ? 'blur_3' : 'sobel_x'))!);
    }
  });
}

export function setCell(plane: typeof image | typeof kernel, row: number, col: number, value: number): void {
  const values = [...plane.value.values];
  values[row * plane.value.cols + col] = value;
  plane.value = { ...plane.value, values };
}

// So many positions on, row by row; round and round.
export function walk(by: number): void {
  const out = found.value?.output;
  if (!out) return;
  const count = out.rows * out.cols;
  const next = (((at.value[0] * out.cols + at.value[1] + by) % count) + count) % count;
  at.value = [Math.floor(next / out.cols), next % out.cols];
}

export function stepDown(): void {
  const next = found.value?.learning?.next;
  if (!next) return;
  if (!next.values.every((v) => Math.abs(v) < kMostWeight)) {
    isLearning.value = false;
    hasDiverged.value = true;
    return;
  }
  kernel.value = next;
  kernelName.value = '';
}

const request = computed(() => ({
  image: rowsOf(image.value),
  kernel: rowsOf(kernel.value),
  operation: operation.value,
  flip: flip.value,
  pool_size: poolSize.value,
  stride: stride.value,
  dilation: isPooling.value ? 1 : dilation.value,
  padding: isPooling.value && padding.value !== 'none' ? 'zero' : padding.value,
  ...(takesPad.value ? { pad: isPooling.value ? Math.min(pad.value, poolSize.value - 1) : pad.value } : {}),
  padding_value: padding.value === 'constant' ? padValue.value : 0,
  at: at.value,
  weight: weight.value,
  rate: rate.value,
  ...(wanted.value ? { wanted: wanted.value } : {}),
}));

const ask = latest(
  (body: Record<string, unknown>) => labs.convolve(body),
  (answer) => {
    refusal.value = '';
    found.value = answer;
  },
  (error) => {
    refusal.value = error.message;
  },
);

// Begins to follow what is set; ends with what it returns.
export function follow(): () => void {
  if (!choices.value)
    labs.choices().then((answer) => {
      batch(() => {
        choosePicture(answer.images.pictures[0]!);
        at.value = [13, 14];
        choices.value = answer;
      });
    }, fail);
  const end = effect(() => {
    if (choices.value) ask(request.value);
  });
  const timer = setInterval(() => {
    if (isWalking.value) walk(1);
    if (isLearning.value) stepDown();
  }, 220);
  return () => {
    end();
    clearInterval(timer);
    isWalking.value = isLearning.value = false;
  };
}
