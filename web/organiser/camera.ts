/** Reads codes with the camera, where the browser has a detector for them. */

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

type DetectorClass = new (options: { formats: string[] }) => Detector;

const LOOK_MS = 150;
/** A code that stays before the camera is read once. */
const SAME_MS = 3_000;

function detectorClass(): DetectorClass | undefined {
  return (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
}

export function hasCamera(): boolean {
  return detectorClass() !== undefined && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Look through the camera until the result is called. Rejects when there is none, or it may not be used. */
export async function look(video: HTMLVideoElement, read: (code: string) => void): Promise<() => void> {
  const Made = detectorClass();
  if (!Made) throw new DOMException("no detector", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  video.srcObject = stream;
  await video.play();
  const detector = new Made({ formats: ["qr_code"] });
  let last = { code: "", at: -Infinity };
  let timer = 0;
  let over = false;
  const turn = async (): Promise<void> => {
    // A frame that is not there yet is no code; the next one is looked at again.
    const found = await detector.detect(video).catch(() => []);
    const code = found[0]?.rawValue;
    const now = performance.now();
    if (code && (code !== last.code || now - last.at > SAME_MS)) read(code);
    if (code) last = { code, at: now };
    if (!over) timer = window.setTimeout(() => void turn(), LOOK_MS);
  };
  void turn();
  return () => {
    over = true;
    clearTimeout(timer);
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}
