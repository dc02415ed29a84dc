// An array as tiles of coloured cells; the pointer or the arrow keys ask for the number of one.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { arrange, cellAt, paint, scaleOf } from '../draw/heatmap';
import { numberLabel, spokenNumber } from '../draw/number';
import { cellsOf, placeIn, quantityAt, type Tensor, type Tiles } from '../draw/tensors';
import { hovered } from '../state/store';
import { isDark } from '../state/theme';
import { pin } from './Diagram';
import { Marked } from './TimeBar';

interface Props {
  name: string; // of the array, as the engine calls it
  of: string; // whose number a cell is
  tensor: Tensor;
  tiles: Tiles;
  room: number; // pixels
  pick?: (quantity: string) => void; // a cell; else it is pinned
  marks?: Marks | undefined;
}

export type Marks = Map<number, 'lit' | 'aim'>; // by place in the array

type Cell = [number, number, number];

export function HeatGrid({ name, of, tensor, tiles, room, pick = pin, marks }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cell, setCell] = useState<Cell | null>(null);
  const place = useMemo(() => arrange(tiles, room), [tiles, room]);
  const scale = useMemo(() => scaleOf(tensor.data), [tensor]);
  const dark = isDark.value;
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(place.width, place.height);
    paint(image, tensor, tiles, place, scale, dark);
    context.putImageData(image, 0, 0);
  }, [tensor, tiles, place, scale, dark]);
  const flat = cell && tiles.index(...cell);
  const quantity = flat === null || tensor.block > 1 ? null : quantityAt(of, tensor.shape, flat);
  const look = (next: Cell | null) => {
    setCell(next);
    const at = next && tiles.index(...next);
    hovered.value = at === null || tensor.block > 1 ? null : quantityAt(of, tensor.shape, at);
  };
  const onPointer = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const share = place.width / box.width;
    look(cellAt((event.clientX - box.left) * share, (event.clientY - box.top) * share, tiles, place));
  };
  const onKey = (event: KeyboardEvent) => {
    const [tile, row, column] = cell ?? [0, 0, 0];
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (event.key === 'Enter' && quantity) pick(quantity);
    else if (event.key === 'PageDown' || event.key === 'PageUp')
      look([Math.max(0, Math.min(tiles.count - 1, tile + (event.key === 'PageDown' ? 1 : -1))), row, column]);
    else if (by) look([tile, Math.max(0, Math.min(tiles.rows - 1, row + by[0]!)), Math.max(0, Math.min(tiles.columns - 1, column + by[1]!))]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const marked = useMemo(() => (marks && tensor.block === 1 ? cellsOf(tiles, marks.keys()) : new Map<number, Cell>()), [marks, tiles, tensor.block]);
  const boxOf = ([tile, row, column]: Cell) => ({
    left: `${(tile % place.across) * (tiles.columns * place.cell + place.gap) + column * place.cell}px`,
    top: `${Math.floor(tile / place.across) * (tiles.rows * place.cell + place.gap) + row * place.cell}px`,
    width: `${place.cell}px`,
    height: `${place.cell}px`,
  });
  const value = flat === null ? null : tensor.data[flat]!;
  return (
    <figure class="heat">
      <div
        class="grid"
        tabIndex={0}
        role="group"
        aria-label={t('strip.array', { name, shape: tensor.shape.join(' × '), most: spokenNumber(scale.most) })}
        onKeyDown={onKey}
        onBlur={() => look(null)}
      >
        <canvas
          ref={canvas}
          width={place.width}
          height={place.height}
          data-array={name}
          onPointerMove={onPointer}
          onPointerLeave={() => look(null)}
          onClick={() => quantity && pick(quantity)}
        />
        {[...marked].map(([at, where]) => <i key={at} class={`mark ${marks!.get(at)}`} style={boxOf(where)} />)}
        {cell && <i class="cursor" style={boxOf(cell)} />}
      </div>
      <figcaption>
        <span class="read" role="status" data-testid="cell">
          {value !== null && flat !== null ? (
            <>
              {placeIn(tensor.shape, flat)} = <Marked text={numberLabel(value, 4)} />
            </>
          ) : (
            <>
              {scale.isSigned ? '\u00b1' : '0 \u2026 '}
              <Marked text={numberLabel(scale.most, 3)} />
            </>
          )}
        </span>
        {tiles.all > tiles.count && <span>{t('strip.first', { shown: tiles.count, all: tiles.all })}</span>}
        {tensor.block > 1 && <span>{t('strip.block', { n: tensor.block })}</span>}
      </figcaption>
    </figure>
  );
}
