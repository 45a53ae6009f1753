// Sounds of alarms, made here: no file, no voice. Off until somebody switches them on by a press; they come again until
// the alarm is taken; they can be muted for some minutes, and the screen says for how long.
import type { Alarm } from "./types";

const AGAIN_MS = 8_000; // between two rounds: long enough to talk, short enough not to be forgotten
const NOTE_S = 0.14;
const GAP_S = 0.1;
/** Hertz of the note of each severity: higher is graver, within what telephones and old ears reproduce. */
const PITCH = [0, 440, 523, 659, 784, 988];
/** Kind of condition to its waveform and the steps of its notes, in semitones. */
const KINDS: Readonly<Record<string, { readonly wave: OscillatorType; readonly steps: readonly number[] }>> = {
  match: { wave: "sine", steps: [0] },
  count: { wave: "triangle", steps: [0, 0] },
  sequence: { wave: "triangle", steps: [0, 5] },
  silence: { wave: "sine", steps: [0, -7] },
};
const OTHER = { wave: "triangle" as OscillatorType, steps: [0, 3] };

export class Sound {
  private context: AudioContext | undefined;
  private alarms: readonly Alarm[] = [];
  private mutedUntil = 0;
  private soundedAt = 0;
  volume = Number(localStorage.getItem("room.volume") ?? "0.5");

  constructor(private readonly says: (state: { isOn: boolean; mutedS: number }) => void) {
    window.setInterval(() => this.tick(), 1_000);
  }

  get isOn(): boolean {
    return this.context !== undefined;
  }

  /** Switch on or off; browsers let only a press do it. */
  async toggle(): Promise<void> {
    if (this.context !== undefined) {
      const old = this.context;
      this.context = undefined;
      await old.close();
    } else {
      this.context = new AudioContext();
      await this.context.resume();
      this.soundedAt = 0;
    }
    this.tick();
  }

  mute(minutes: number): void {
    this.mutedUntil = minutes > 0 ? Date.now() + minutes * 60_000 : 0;
    this.tick();
  }

  setVolume(volume: number): void {
    this.volume = volume;
    localStorage.setItem("room.volume", String(volume));
  }

  /** Ring for what is new at once, and again until nothing rings. */
  show(alarms: readonly Alarm[]): void {
    const known = new Set(this.alarms.map(({ key }) => key));
    this.alarms = alarms.filter(({ rings }) => rings);
    if (this.alarms.some(({ key }) => !known.has(key))) this.soundedAt = 0;
    this.tick();
  }

  private tick(): void {
    const mutedS = Math.max(0, Math.ceil((this.mutedUntil - Date.now()) / 1_000));
    this.says({ isOn: this.isOn, mutedS });
    const gravest = this.alarms.reduce<Alarm | undefined>((found, alarm) => (found === undefined || alarm.severity > found.severity ? alarm : found), undefined);
    if (this.context === undefined || mutedS > 0 || gravest === undefined || Date.now() - this.soundedAt < AGAIN_MS) return;
    this.soundedAt = Date.now();
    this.play(this.context, gravest);
  }

  /** As many rounds as the alarm is grave, of the notes of its kind. */
  private play(context: AudioContext, alarm: Alarm): void {
    const { wave, steps } = KINDS[alarm.sound] ?? OTHER;
    let at = context.currentTime + 0.02;
    for (let round = 0; round < Math.max(1, alarm.severity - 1); round += 1) {
      for (const step of steps) {
        const note = context.createOscillator();
        const loudness = context.createGain();
        note.type = wave;
        note.frequency.value = (PITCH[alarm.severity] ?? 440) * 2 ** (step / 12);
        loudness.gain.setValueAtTime(0, at);
        loudness.gain.linearRampToValueAtTime(this.volume * 0.5, at + 0.015); // no click
        loudness.gain.linearRampToValueAtTime(0, at + NOTE_S);
        note.connect(loudness).connect(context.destination);
        note.addEventListener("ended", () => loudness.disconnect(), { once: true });
        note.start(at);
        note.stop(at + NOTE_S);
        at += NOTE_S + GAP_S;
      }
      at += GAP_S;
    }
  }
}
