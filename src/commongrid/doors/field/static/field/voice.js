// A voice note: up to a minute, only while the button is pressed on, never in the background.

import { shaOf } from "./photos.js";

export const VOICE_S = 60;
const SHAPE = "audio/webm;codecs=opus";
const BITS = 24_000;

export function canRecord() {
  return Boolean(globalThis.MediaRecorder?.isTypeSupported?.(SHAPE) && navigator.mediaDevices?.getUserMedia);
}

/** Begin; gives {stop(), done: Promise<note|null>}. Throws when the microphone is refused. */
export async function record(stage) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: SHAPE, audioBitsPerSecond: BITS });
  const pieces = [];
  recorder.ondataavailable = (event) => event.data.size && pieces.push(event.data);
  const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  const end = setTimeout(() => recorder.state === "recording" && recorder.stop(), VOICE_S * 1000);
  const done = stopped.then(async () => {
    clearTimeout(end);
    stream.getTracks().forEach((track) => track.stop());
    const content = await new Blob(pieces, { type: SHAPE }).arrayBuffer();
    if (!content.byteLength) return null;
    return { sha: await shaOf(content), bytes: content.byteLength, content, kind: "voice", stage };
  });
  return { stop: () => recorder.state === "recording" && recorder.stop(), done };
}

/** Play a note without an address for it: the page's rules allow no media from elsewhere. */
export async function play(content) {
  const sound = new AudioContext();
  const source = sound.createBufferSource();
  source.buffer = await sound.decodeAudioData(content.slice(0));
  source.connect(sound.destination);
  source.onended = () => sound.close();
  source.start();
}
