// Two fingers on the picture: they zoom it and move it.

export function pinch(place, zoom, move) {
  const fingers = new Map(); // by pointer, where it is
  const state = () => {
    const [[ax, ay], [bx, by]] = fingers.values();
    return { apart: Math.hypot(ax - bx, ay - by), x: (ax + bx) / 2, y: (ay + by) / 2 };
  };
  place.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && event.target.closest(".grading-stage") && fingers.size < 2) {
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
    }
  }, { capture: true });
  addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = fingers.size === 2 ? state() : null;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (!before) return;
    const now = state();
    zoom(now.apart / before.apart);
    move(now.x - before.x, now.y - before.y);
  });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, (event) => fingers.delete(event.pointerId));
  return () => fingers.size === 2;
}
