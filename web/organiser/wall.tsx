/** The board on a wall: figures and the map, large, without anything to press; Escape leaves it. */
import { signal } from "@preact/signals";
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

export function WallButton() {
  return <button type="button" class="button small" onClick={() => void enterWall()}>{h().board.toWall}</button>;
}
