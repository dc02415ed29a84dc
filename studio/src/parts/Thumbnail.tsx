// A little picture of each scene, drawn here: what goes in, what it goes through, what comes out.
import type { JSX } from 'preact';
import { classColour } from '../draw/colours';
import { clouds, columns, kDigits, moons, spirals, type Dot } from '../draw/thumbnail';

const kRed = '#e8604f';
const kBlue = '#3f8ff5';
const kGreen = '#3aa76d';
const kOrange = '#f0972a';
const kHues = [kRed, kBlue, kGreen, '#8f62d9'];

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
const kWhole: Box = { x: 30, y: 8, width: 180, height: 104 };

function Net({ shape, box = kWhole, windows = false, gap = 30, r = 8 }: { shape: number[]; box?: Box; windows?: boolean; gap?: number; r?: number }) {
  const layers = columns(shape, box, gap);
  const last = shape.length - 1;
  const colour = (k: number, j: number) => (k === last || (shape[k] === 1 && k > 0) ? kOrange : kHues[j % 4]!);
  return (
    <>
      {layers.slice(1).flatMap((layer, k) =>
        layer.flatMap((b, j) =>
          layers[k]!.map((a, i) =>
            windows && k === 0 && (i < j || i > j + 2) ? null : (
              <line key={`${k} ${j} ${i}`} x1={a.x} y1={a.y} x2={b.x} y2={b.y} stroke={windows && k === 0 ? kHues[i - j] : colour(k + 1 === last && shape[last]! > 1 ? k : k + 1, k + 1 === last && shape[last]! > 1 ? i : j)} stroke-width={1 + ((i * 7 + j * 5 + k * 3) % 4) * 0.7} opacity="0.85" />
            ),
          ),
        ),
      )}
      {layers.flatMap((layer, k) =>
        layer.map((p, j) => <circle key={`${k} ${j}`} cx={p.x} cy={p.y} r={r} style={k === 0 ? undefined : { fill: `color-mix(in srgb, ${windows && k === 1 ? kOrange : colour(k, j)} 55%, var(--panel))` }} />),
      )}
    </>
  );
}

function Dots({ dots, box, reach }: { dots: Dot[]; box: Box; reach: [number, number, number, number] }) {
  const [x0, x1, y0, y1] = reach;
  return <>{dots.map((d, i) => <circle key={i} class="plain" cx={box.x + ((d.x - x0) / (x1 - x0)) * box.width} cy={box.y + box.height - ((d.y - y0) / (y1 - y0)) * box.height} r="3" style={{ fill: classColour(d.kind) }} />)}</>;
}

const Digit = ({ n, x, y, size, blur = false }: { n: number; x: number; y: number; size: number; blur?: boolean }) => (
  <g transform={`translate(${x} ${y})`}>
    <rect class="tile" width={size} height={size} rx="3" />
    <path d={kDigits[n]} transform={`translate(${size * 0.22} ${size * 0.11}) scale(${(size * 0.78) / 14})`} stroke="#fff" stroke-width={blur ? 2.4 : 1.6} opacity={blur ? 0.65 : 1} fill="none" stroke-linecap="round" />
  </g>
);

function Maps({ x, sizes, counts }: { x: number; sizes: number[]; counts: number[] }) {
  let at = x;
  return (
    <>
      {sizes.map((size, k) => {
        const from = at;
        at += size + counts[k]! * 5 + 12;
        return Array.from({ length: counts[k]! }, (_, i) => <rect key={`${k} ${i}`} class="map" x={from + i * 5} y={60 - size / 2 - 6 + i * 4} width={size} height={size} rx="2" style={{ fill: `color-mix(in srgb, ${kHues[(i + k) % 4]} 42%, var(--panel))` }} />);
      })}
    </>
  );
}

const kClothes = ['M10 4L4 8L7 13L9 12V24H21V12L23 13L26 8L20 4C18 7 12 7 10 4Z', 'M9 4H21L23 25H17L15 11L13 25H7Z', 'M4 18C8 18 11 13 12 9L18 14C22 18 26 17 27 20V22H4Z', 'M7 11H23V25H7ZM11 11C11 4 19 4 19 11'];
const Clothes = ({ which, x, y, size }: { which: number; x: number; y: number; size: number }) => (
  <g transform={`translate(${x} ${y})`}>
    <rect class="tile" width={size} height={size} rx="3" />
    <path d={kClothes[which]} transform={`scale(${size / 30})`} fill="#e7e2d8" stroke="#fff" />
  </g>
);

const left: Box = { x: 22, y: 12, width: 96, height: 96 };
const square: Box = { x: 142, y: 20, width: 80, height: 80 };
const Square = ({ path }: { path: string }) => (
  <g>
    <rect class="map" {...square} rx="4" style={{ fill: `color-mix(in srgb, ${kBlue} 38%, var(--panel))` }} />
    <path d={path} style={{ fill: `color-mix(in srgb, ${kRed} 45%, var(--panel))` }} stroke="var(--ink)" stroke-width="1.2" />
  </g>
);
const Corner = ({ x, y, isYes }: { x: number; y: number; isYes: boolean }) => <circle cx={x} cy={y} r="5" style={{ fill: isYes ? kRed : kBlue }} />;
const corners = (yes: boolean[]) => [[154, 88], [154, 32], [210, 88], [210, 32]].map(([x, y], i) => <Corner key={i} x={x!} y={y!} isYes={yes[i]!} />);

const kScores = ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'];
const Learners = ({ rows, clothes = false }: { rows: number[][]; clothes?: boolean }) => {
  const x = clothes ? 70 : 24;
  const wide = (220 - x) / rows[0]!.length;
  return (
    <>
      {clothes && [1, 3].map((n, i) => <Clothes key={n} which={n} x={14} y={12 + i * 50} size={44} />)}
      {rows.map((row, k) => row.map((score, i) => <rect key={`${k} ${i}`} x={x + i * wide} y={14 + k * 19} width={wide - 1} height="14" fill={kScores[score]} />))}
      {[[2, 0, 2], [3, 4, 1]].map(([at, from, to]) => (
        <g key={at}>
          <path d={`M${x + at! * wide} ${21 + from! * 19}V${21 + to! * 19}`} stroke="var(--ink)" stroke-width="2.2" />
          <circle class="plain" cx={x + at! * wide} cy={21 + from! * 19} r="4" style={{ fill: 'var(--ink)' }} />
          <path d={`M${x + at! * wide - 6} ${21 + to! * 19 + (to! > from! ? -5 : 5)}h12l-6 ${to! > from! ? 9 : -9}Z`} fill="var(--ink)" />
        </g>
      ))}
    </>
  );
};

const kPictures: Record<string, () => JSX.Element> = {
  'ann-3-2-1': () => <Net shape={[3, 2, 1]} gap={34} r={11} />,
  'autoencoder-3-2-1-2-3': () => <Net shape={[3, 2, 1, 2, 3]} gap={34} r={10} />,
  'cnn-single': () => <Net shape={[5, 3, 1]} windows gap={21} r={8} />,
  'cnn-batch': () => (
    <>
      {[-1.6, -0.9, -0.3, 0.4, 1, 1.7].map((m, i) => <line key={m} x1="14" x2="70" y1={60 + m * 22} y2={60 - m * 22} stroke={classColour(i)} stroke-width="2.2" opacity="0.9" />)}
      <Net shape={[5, 3, 1]} windows gap={20} r={7} box={{ x: 104, y: 8, width: 112, height: 104 }} />
    </>
  ),
  'gate-and': () => (<><Net shape={[2, 1]} box={left} r={11} gap={40} /><Square path="M222 52V20H190Z" />{corners([false, false, false, true])}</>),
  xor: () => (<><Net shape={[2, 2, 1]} box={left} r={10} gap={40} /><Square path="M142 20H178L222 66V100H186L142 52Z" />{corners([false, true, true, false])}</>),
  'xor-bias-column': () => (<><Net shape={[3, 3, 1]} box={left} r={9} gap={32} /><Square path="M142 20H178L222 66V100H186L142 52Z" />{corners([false, true, true, false])}</>),
  'two-moons': () => (
    <>
      <path d="M20 8H220V60C180 60 176 96 150 98C120 100 132 30 98 34C74 38 76 100 46 112H20Z" style={{ fill: `color-mix(in srgb, ${kRed} 20%, var(--sunken))` }} />
      <Dots dots={moons(90)} box={{ x: 26, y: 14, width: 188, height: 92 }} reach={[-1.2, 2.2, -0.75, 1.25]} />
    </>
  ),
  spirals: () => <Dots dots={spirals(110)} box={{ x: 70, y: 8, width: 104, height: 104 }} reach={[-1.05, 1.05, -1.05, 1.05]} />,
  iris: () => <Dots dots={clouds([[0.2, 0.2], [0.55, 0.58], [0.8, 0.78]], 90, 0.13)} box={{ x: 20, y: 6, width: 200, height: 108 }} reach={[0, 1, 0, 1]} />,
  penguins: () => (
    <g transform="translate(86 8)">
      <ellipse cx="34" cy="58" rx="27" ry="42" class="map" style={{ fill: '#23262d' }} />
      <ellipse cx="34" cy="66" rx="18" ry="33" class="plain" style={{ fill: '#f6f3ec' }} />
      <circle cx="34" cy="22" r="16" class="plain" style={{ fill: '#23262d' }} />
      <circle cx="28" cy="20" r="2.6" class="plain" style={{ fill: '#fff' }} />
      <circle cx="40" cy="20" r="2.6" class="plain" style={{ fill: '#fff' }} />
      <path d="M29 26H39L34 33ZM20 99H32L26 92ZM36 99H48L42 92Z" fill={kOrange} />
    </g>
  ),
  'auto-mpg': () => (
    <>
      <path d="M52 82C52 66 60 64 76 62C86 46 96 42 120 42C146 42 154 52 164 62C184 64 192 68 192 82Z" fill={kRed} opacity="0.9" />
      <path d="M92 62C98 52 104 50 118 50V62ZM124 62V50C140 50 146 54 150 62Z" fill="var(--panel)" />
      <circle cx="86" cy="84" r="12" />
      <circle cx="160" cy="84" r="12" />
    </>
  ),
  'mnist-mlp': () => (<>{[5, 0, 4, 1, 9, 2, 1, 3, 1, 4].map((n, i) => <Digit key={i} n={n} x={20 + (i % 5) * 41} y={18 + Math.floor(i / 5) * 43} size={36} />)}</>),
  'mnist-cnn': () => (<><Digit n={3} x={16} y={38} size={46} /><Maps x={78} sizes={[40, 26]} counts={[4, 5]} /></>),
  'mnist-lenet': () => (<><Digit n={7} x={12} y={40} size={40} /><Maps x={62} sizes={[36, 26, 15]} counts={[2, 3, 4]} /></>),
  'mnist-autoencoder': () => (<><Digit n={8} x={16} y={34} size={52} /><path d="M76 34L114 52V68L76 86ZM164 34L126 52V68L164 86Z" fill={kOrange} opacity="0.55" /><rect class="map" x="115" y="50" width="10" height="20" rx="2" style={{ fill: kOrange }} /><Digit n={8} x={172} y={34} size={52} blur /></>),
  'mnist-conv-autoencoder': () => (<><Digit n={2} x={14} y={36} size={46} /><Maps x={70} sizes={[30, 17]} counts={[2, 4]} /><Digit n={2} x={180} y={36} size={46} blur /></>),
  'mnist-plane': () => (<>{clouds([[0.12, 0.7], [0.34, 0.25], [0.5, 0.72], [0.72, 0.3], [0.88, 0.75]], 42, 0.085, 9).map((d, i) => <path key={i} d={kDigits[[1, 0, 7, 6, 3][d.kind]!]} transform={`translate(${12 + d.x * 205} ${100 - d.y * 96}) scale(1.05)`} fill="none" stroke={classColour(d.kind)} stroke-width="1.7" stroke-linecap="round" />)}</>),
  'fashion-mlp': () => (<>{[0, 1, 2, 3, 2, 0].map((n, i) => <Clothes key={i} which={n} x={38 + (i % 3) * 58} y={12 + Math.floor(i / 3) * 50} size={46} />)}</>),
  'fashion-cnn': () => (<><Clothes which={2} x={16} y={38} size={46} /><Maps x={78} sizes={[40, 26]} counts={[4, 5]} /></>),
  'search-blobs': () => <Learners rows={[[1, 3, 3, 4], [0, 0, 1, 3], [0, 1, 3, 4], [1, 2, 2, 3], [2, 3, 4, 4]]} />,
  'fashion-search': () => <Learners rows={[[0, 2, 3, 3], [1, 1, 2, 4], [0, 0, 2, 3], [1, 2, 3, 3], [2, 3, 3, 4]]} clothes />,
  functions: () => (<><path d="M20 60H220M120 8V112" stroke="var(--line)" stroke-width="1.5" /><path d="M20 90H120L200 14" stroke={kGreen} fill="none" stroke-width="3" /><path d="M20 84C90 84 96 72 120 60S150 36 220 36" stroke={kRed} fill="none" stroke-width="3" /><path d="M20 100C100 100 106 80 120 60S140 20 220 20" stroke={kBlue} fill="none" stroke-width="3" /></>),
  convolution: () => (
    <>
      {Array.from({ length: 30 }, (_, i) => <rect key={i} class="cell" x={28 + (i % 6) * 18} y={15 + Math.floor(i / 6) * 18} width="17" height="17" style={{ fill: (i * 7) % 5 < 2 ? 'var(--ink)' : 'var(--panel)', opacity: (i * 7) % 5 < 2 ? 0.72 : 1 }} />)}
      <rect x="63" y="32" width="54" height="54" fill={kOrange} fill-opacity="0.3" stroke={kOrange} stroke-width="3" />
      <path d="M117 32L176 50M117 86L176 70" stroke={kOrange} stroke-width="1.6" />
      <rect x="176" y="50" width="20" height="20" fill={kOrange} />
    </>
  ),
  initialisation: () => (<>{[[1, 2, 5, 9, 12, 9, 5, 2, 1], [0, 0, 3, 11, 20, 11, 3, 0, 0], [0, 0, 0, 4, 30, 4, 0, 0, 0]].map((bars, k) => bars.map((n, i) => <rect key={`${k} ${i}`} x={22 + k * 70 + i * 6.4} y={96 - n * 2.7} width="5.4" height={n * 2.7} fill={kHues[k]} />))}</>),
};

export function Thumbnail({ name }: { name: string }) {
  const Picture = kPictures[name] ?? (() => <Net shape={[4, 4, 2]} />);
  return (
    <svg class="thumb" viewBox="0 0 240 120" aria-hidden="true">
      <Picture />
    </svg>
  );
}
