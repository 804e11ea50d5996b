/** Solves a challenge beside the page, so that it stays alive meanwhile. */
import { solve, type Challenge } from "./altcha";

addEventListener("message", (event: MessageEvent<Challenge>) => {
  postMessage(solve(event.data));
});
