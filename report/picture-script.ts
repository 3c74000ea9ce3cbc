/** Moves and enlarges the picture: it scrolls in its frame, which keys, fingers and a wheel do by themselves. */
export const PICTURE_SCRIPT = `
{
  const frame = document.getElementById("picture");
  const drawing = frame.querySelector("svg");
  const { width, height } = drawing.viewBox.baseVal;
  const size = document.getElementById("size");
  const [LEAST, MOST, STEP] = [0.1, 4, 1.25];
  let scale = 1;
  // What is at the point (of the frame) stays there.
  const zoom = (wanted, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
    const before = scale;
    scale = Math.min(MOST, Math.max(LEAST, wanted));
    drawing.setAttribute("width", width * scale);
    drawing.setAttribute("height", height * scale);
    frame.scrollLeft = (frame.scrollLeft + x) * (scale / before) - x;
    frame.scrollTop = (frame.scrollTop + y) * (scale / before) - y;
    size.textContent = Math.round(scale * 100) + " %";
  };
  const fit = () => zoom(frame.clientWidth / width);
  const actions = {
    closer: () => zoom(scale * STEP), away: () => zoom(scale / STEP), fit, real: () => zoom(1),
  };
  for (const [name, action] of Object.entries(actions))
    document.getElementById(name).addEventListener("click", action);
  const keys = { "+": actions.closer, "=": actions.closer, "-": actions.away, 0: fit, 1: actions.real };
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys[event.key] === undefined) return;
    event.preventDefault();
    keys[event.key]();
  });
  // Without Ctrl a wheel scrolls the page.
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const { left, top } = frame.getBoundingClientRect();
    zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
  }, { passive: false });
  let from;
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    from = { x: event.clientX + frame.scrollLeft, y: event.clientY + frame.scrollTop };
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (from === undefined) return;
    frame.scrollTo(from.x - event.clientX, from.y - event.clientY);
  });
  for (const end of ["pointerup", "pointercancel"])
    frame.addEventListener(end, () => { from = undefined; });
  // As wide as the page where that can be read; else larger, from the left.
  const READABLE = 0.65;
  zoom(Math.max(READABLE, Math.min(1, frame.clientWidth / width)));
  frame.scrollTo(0, 0);
  document.getElementById("zoom").hidden = false;
}
`;
