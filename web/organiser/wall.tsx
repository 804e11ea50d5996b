/** The board on a wall: figures and the map, large, without anything to press; Escape leaves it. */
import { signal } from "@preact/signals";
import { Icon } from "../ui/parts";
import { h } from "./texts";

export const wall = signal(new URLSearchParams(location.search).has("wall"));

async function enterWall(): Promise<void> {
  wall.value = true;
  // A browser that shows nothing full screen shows the wall in its window.
  await document.documentElement.requestFullscreen?.().catch(() => undefined);
}

export function leaveWall(): void {
  wall.value = false;
  if (document.fullscreenElement) void document.exitFullscreen();
}

/** Leave with the full screen, and by Escape where there is none. */
export function onWall(): void {
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) wall.value = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && wall.value) leaveWall();
  });
}

/** In words where there is room for them, and by its sign where there is none. */
export function WallButton() {
  const words = h().board.toWall;
  return (
    <button type="button" class="button small" aria-label={words} title={words} onClick={() => void enterWall()}>
      <Icon name="whole" size={16} /><span class="wide-only">{words}</span>
    </button>
  );
}
