/** Two short tones that say "it is your turn" to whoever asked for them. */
const TONES_HZ = [660, 880];
const TONE_S = 0.25;
const VOLUME = 0.2;
/** So long a tone takes to come and to go: cut off at once it would click. */
const FADE_S = 0.03;

let context: AudioContext | null = null;

/** Ask for the tones: in answer to a press, for browsers let no page sound before one. */
export function armChime(): void {
  if (!("AudioContext" in window)) return;
  context ??= new AudioContext();
  void context.resume();
}

/** Sound, if that was asked for. */
export function chime(): void {
  for (const [index, hertz] of TONES_HZ.entries()) if (context) tone(context, hertz, context.currentTime + index * TONE_S);
}

function tone(on: AudioContext, hertz: number, at: number): void {
  const source = new OscillatorNode(on, { frequency: hertz });
  const loudness = new GainNode(on, { gain: 0 });
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(VOLUME, at + FADE_S);
  loudness.gain.setValueAtTime(VOLUME, at + TONE_S - FADE_S);
  loudness.gain.linearRampToValueAtTime(0, at + TONE_S);
  source.connect(loudness).connect(on.destination);
  source.start(at);
  source.stop(at + TONE_S);
}
