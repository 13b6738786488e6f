/** The part of a drawing that is looked at, in the drawing's units. */
export interface ViewBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A drawing is never enlarged beyond this many pixels for a unit. */
export const largest = 2;
const smallest = 0.04;

/** The whole drawing, in the middle of a window of this size (pixels), not enlarged. */
export function whole(drawing: { width: number; height: number }, window: { width: number; height: number }): ViewBox {
  const scale = Math.max(smallest, Math.min(1, window.width / Math.max(1, drawing.width), window.height / Math.max(1, drawing.height)));
  const [width, height] = [window.width / scale, window.height / scale];
  return { x: (drawing.width - width) / 2, y: (drawing.height - height) / 2, width, height };
}

/** Closer (factor below 1) or further away; the place (shares of the window) stays where it is. */
export function zoomed(box: ViewBox, factor: number, window: { width: number }, place = { x: 0.5, y: 0.5 }): ViewBox {
  const least = window.width / largest / box.width;
  const most = window.width / smallest / box.width;
  const by = Math.min(most, Math.max(least, factor));
  const [width, height] = [box.width * by, box.height * by];
  return { x: box.x + (box.width - width) * place.x, y: box.y + (box.height - height) * place.y, width, height };
}

/** Moved by shares of what is seen. */
export const panned = (box: ViewBox, x: number, y: number): ViewBox => ({ ...box, x: box.x + box.width * x, y: box.y + box.height * y });

/** Moved as little as needed to have a box in sight. */
export function revealing(box: ViewBox, target: { x: number; y: number; width: number; height: number }): ViewBox {
  const margin = Math.min(box.width, box.height) * 0.06;
  const along = (at: number, size: number, from: number, length: number) =>
    from - margin < at ? from - margin : from + length + margin > at + size ? from + length + margin - size : at;
  return { ...box, x: along(box.x, box.width, target.x, target.width), y: along(box.y, box.height, target.y, target.height) };
}
